package paper

import (
	"errors"
	"strings"
)

// Figure is a number that the reader must see first, and what it is.
type Figure struct{ Value, Caption string }

// Figures are three to six boxes side by side, each with a big number and its caption.
type Figures []Figure

const (
	figureGap     = 4.0
	figurePadding = 3.0
	figureWidth   = 42.0 // the least of a box
	captionLines  = 3
	captionHeight = 3.6
	valueHeight   = 9.0
	valueLargest  = 18.0
	valueSmallest = 9.0
)

func (f Figures) check(float64) error {
	if len(f) < 3 || len(f) > 6 {
		return errors.New("key figures are three to six")
	}
	for _, one := range f {
		if one.Value == "" || one.Caption == "" {
			return errors.New("a key figure has a value and a caption")
		}
	}
	return nil
}

// across is how many boxes stand in a row: all of them, or as even a part as fits.
func (f Figures) across(width float64) int {
	most := int((width + figureGap) / (figureWidth + figureGap))
	rows := (len(f) + most - 1) / most
	return (len(f) + rows - 1) / rows
}

func (f Figures) box(width float64) float64 {
	n := float64(f.across(width))
	return (width - (n-1)*figureGap) / n
}

// height is that of a box, by the longest caption.
func (f Figures) height(x *press) float64 {
	x.letters("", small)
	lines := 1
	for _, one := range f {
		lines = max(lines, len(f.caption(x, one)))
	}
	return 2*figurePadding + valueHeight + float64(lines)*captionHeight
}

func (f Figures) caption(x *press, one Figure) []string {
	return x.wrapped(one.Caption, f.box(x.width)-2*figurePadding, captionLines)
}

// size is the largest in which every number fits its box.
func (f Figures) size(x *press) float64 {
	for size := valueLargest; size > valueSmallest; size -= 0.5 {
		x.letters("B", size)
		widest := 0.0
		for _, one := range f {
			widest = max(widest, x.wide(one.Value))
		}
		if widest <= f.box(x.width)-2*figurePadding {
			return size
		}
	}
	return valueSmallest
}

func (f Figures) start(x *press) float64 { return f.height(x) + 2 }

func (f Figures) print(x *press) {
	size, height, across := f.size(x), f.height(x), f.across(x.width)
	for i, one := range f {
		if i%across == 0 {
			if i > 0 {
				x.SetXY(margin, x.GetY()+height+figureGap)
			}
			x.fit(height)
		}
		left := margin + float64(i%across)*(f.box(x.width)+figureGap)
		f.one(x, one, room{left, x.GetY(), f.box(x.width), height}, size)
	}
	x.SetXY(margin, x.GetY()+height)
	x.Ln(3)
}

// one prints a box and leaves the pen at its height.
func (f Figures) one(x *press, one Figure, r room, size float64) {
	x.fill(colour{243, 246, 250})
	x.Rect(r.x, r.y, r.w, r.h, "F")
	x.fill(accent)
	x.Rect(r.x, r.y, 1, r.h, "F")
	inner := r.w - 2*figurePadding
	x.letters("B", size)
	x.text(accent)
	x.put(room{r.x + figurePadding, r.y + figurePadding - 1, inner, valueHeight}, x.shortened(strings.TrimSpace(one.Value), inner), "L")
	x.letters("", small)
	x.text(colour{60, 60, 60})
	for i, text := range f.caption(x, one) {
		x.put(room{r.x + figurePadding, r.y + figurePadding + valueHeight + captionHeight*float64(i), inner, captionHeight}, text, "L")
	}
	x.text(colour{})
	x.SetXY(margin, r.y)
}
