package paper

// colour is red, green and blue, each up to 255.
type colour struct{ r, g, b int }

var (
	accent = colour{0, 61, 122} // titles
	grey   = colour{90, 90, 90}
	pale   = colour{216, 220, 226}
)

// thin is the width of a line when nothing else is said, as the library has it.
const thin = 0.2

// ink sets the colour of lines.
func (x *press) ink(c colour) { x.SetDrawColor(c.r, c.g, c.b) }

// fill sets the colour of areas.
func (x *press) fill(c colour) { x.SetFillColor(c.r, c.g, c.b) }

// text sets the colour of letters.
func (x *press) text(c colour) { x.SetTextColor(c.r, c.g, c.b) }
