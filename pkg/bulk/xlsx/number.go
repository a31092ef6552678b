package xlsx

import (
	"strconv"
	"strings"
	"time"
)

// significant is how many digits a spreadsheet shows of a number. It stores binary fractions: 1.1 is written
// 1.1000000000000001.
const significant = 15

// maxDigits is how long a number may be that is written out.
const maxDigits = 40

// decimal writes a number out: 2E1 and 20.0 are 20. A whole number keeps all of its digits, another the 15
// that are shown; one that is too long stays as it is. False when it is no number.
func decimal(raw string) (string, bool) {
	raw = strings.TrimSpace(raw)
	mantissa, power, scientific := strings.Cut(strings.ToUpper(raw), "E")
	exponent := 0
	if scientific {
		n, err := strconv.ParseInt(power, 10, 32)
		if err != nil {
			return "", false
		}
		exponent = int(n)
	}
	sign, digits := "", mantissa
	if digits != "" && (digits[0] == '-' || digits[0] == '+') {
		sign, digits = strings.Trim(digits[:1], "+"), digits[1:]
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	digits = whole + fraction
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return "", false
	}
	exponent -= len(fraction)
	digits = strings.TrimLeft(digits, "0")
	digits, exponent = withoutZeros(digits, exponent)
	if digits == "" {
		return "0", true
	}
	if exponent < 0 && len(digits) > significant {
		digits, exponent = rounded(digits, exponent)
	}
	if len(digits) > maxDigits || exponent > maxDigits || exponent < -maxDigits {
		return raw, true
	}
	return sign + written(digits, exponent), true
}

// withoutZeros takes the last zeros off.
func withoutZeros(digits string, exponent int) (string, int) {
	short := strings.TrimRight(digits, "0")
	return short, exponent + len(digits) - len(short)
}

// rounded keeps the digits that are shown, the last one rounded half up.
func rounded(digits string, exponent int) (string, int) {
	kept := []byte(digits[:significant])
	if digits[significant] >= '5' {
		i := significant - 1
		for ; i >= 0 && kept[i] == '9'; i-- {
			kept[i] = '0'
		}
		if i < 0 {
			kept = append([]byte{'1'}, kept...)
		} else {
			kept[i]++
		}
	}
	// A carry makes one digit more; its power stays that of the last digit kept.
	return withoutZeros(string(kept), exponent+len(digits)-significant)
}

// written puts the point where the exponent says.
func written(digits string, exponent int) string {
	switch point := len(digits) + exponent; {
	case exponent >= 0:
		return digits + strings.Repeat("0", exponent)
	case point > 0:
		return digits[:point] + "." + digits[point:]
	default:
		return "0." + strings.Repeat("0", -point) + digits
	}
}

// The days of the two systems in which spreadsheets count.
const (
	lastSerial = 2958465 // 9999-12-31 when 1900-01-01 is 1
	leapBug    = 60      // 1900-02-29, a day that there was in Lotus 1-2-3 and is in spreadsheets since
	shift1904  = 1462
)

// day is the day that a number means in a cell that shows a date, with the time of day when it has one. What
// is no day of the system stays a number, and the day that never was is written as such.
func day(number string, since1904 bool) string {
	whole, fraction, _ := strings.Cut(number, ".")
	serial, err := strconv.Atoi(whole)
	if err != nil || strings.HasPrefix(number, "-") || serial > lastSerial {
		return number
	}
	seconds := ofDay(fraction)
	serial, seconds = serial+seconds/86400, seconds%86400
	if since1904 {
		serial += shift1904
	} else if serial == 0 {
		return number
	}
	if serial > lastSerial {
		return number
	}
	if serial == leapBug {
		return "1900-02-29"
	}
	from := time.Date(1899, 12, 31, 0, 0, 0, 0, time.UTC)
	if serial > leapBug {
		from = from.AddDate(0, 0, -1)
	}
	at := from.AddDate(0, 0, serial).Add(time.Duration(seconds) * time.Second)
	if seconds == 0 {
		return at.Format(time.DateOnly)
	}
	return at.Format("2006-01-02T15:04:05")
}

// ofDay is a fraction of a day in seconds, rounded.
func ofDay(fraction string) int {
	const places = 12
	n, err := strconv.ParseInt((fraction + strings.Repeat("0", places))[:places], 10, 64)
	if err != nil {
		return 0
	}
	return int((n*86400 + 500_000_000_000) / 1_000_000_000_000)
}
