package store

import "strings"

// pinDigits is how long a PIN is.
const pinDigits = 6

// isPin tells whether these are six digits.
func isPin(pin string) bool {
	return len(pin) == pinDigits && strings.Trim(pin, "0123456789") == ""
}

// easyPin tells whether a PIN is among the first that somebody would try: of fewer than three different digits, counting up or down
// in equal steps, one or two or three digits again and again, the same from behind, a way over the keypad, or a part of the number
// of the phone that it is chosen on. Dates are let through: they are too many to refuse, and five tries too few to find one.
func easyPin(pin string, on Phone) bool {
	differing := map[rune]bool{}
	for _, d := range pin {
		differing[d] = true
	}
	even, palindrome := true, true
	step := func(i int) byte { return (pin[i+1] - pin[i] + 10) % 10 }
	for i := range len(pin) - 1 {
		even = even && step(i) == step(0)
		palindrome = palindrome && pin[i] == pin[len(pin)-1-i]
	}
	return len(differing) < 3 || even || palindrome || pin[:3] == pin[3:] || pin[:2] == pin[2:4] && pin[:2] == pin[4:] ||
		strings.Contains(keypadWays, pin) || strings.Contains(on.String(), pin)
}

// keypadWays are ways over a keypad that people take, one after the other: rows, columns and crosses.
const keypadWays = "147258369 159357 159753 258456 789456123 147852369 369258147 741852963 112233445566778899 998877665544332211 0070070"
