package flows

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fold reads leniently: without case, accents, width or the marks around a word; digits of any script as 0 to 9; one space between
// words. " (1)" and "１." are "1", "¿Sí?" is "si".
func fold(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			s = norm.NFKD.String(strings.ToValidUTF8(s, ""))
			break
		}
	}
	var b strings.Builder
	b.Grow(len(s))
	end := 0 // of the last letter or digit, behind which only marks stand
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space = true
			continue
		case unicode.In(r, unicode.M, unicode.Cf, unicode.Cc):
			continue // accents, keycaps, directions
		case r == 'đ' || r == 'Đ':
			r = 'd' // which Unicode does not take apart
		case r >= 0x80 && unicode.Is(unicode.Nd, r):
			r = '0' + digit(r)
		default:
			r = unicode.ToLower(r)
		}
		solid := unicode.IsLetter(r) || unicode.IsDigit(r)
		if b.Len() == 0 && !solid {
			continue
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(r)
		if solid {
			end = b.Len()
		}
	}
	return b.String()[:end]
}

// unpunctuated is a folded text without the marks between its words: "si, por favor" is "si por favor".
func unpunctuated(folded string) string {
	if !strings.ContainsAny(folded, unreadMarks) {
		return folded
	}
	return strings.Join(strings.FieldsFunc(folded, func(r rune) bool { return r == ' ' || strings.ContainsRune(unreadMarks, r) }), " ")
}

const unreadMarks = ",;:.!"

// digit is the value of a decimal digit of any script: Unicode keeps the ten of a script together, from zero on.
func digit(r rune) rune {
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return (r - rune(t.Lo)) % 10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return (r - rune(t.Lo)) % 10
		}
	}
	return 0
}

// How many characters make about a word in writing that puts no spaces between words.
const (
	lettersOfHan  = 2 // and of kana
	lettersOfThai = 4 // and of Lao, Khmer and Burmese
)

// wordCount is how many words a text has; where none are written apart, about how many.
func wordCount(s string) int {
	n, han, thai := 0, 0, 0
	inside := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) || r >= 0x3000 && unicode.IsPunct(r):
			inside = false
		case r < 0x0E00 || !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
			if !inside {
				n, inside = n+1, true
			}
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
			han, inside = han+1, false
		default:
			thai, inside = thai+1, false
		}
	}
	return n + (han+lettersOfHan-1)/lettersOfHan + (thai+lettersOfThai-1)/lettersOfThai
}

// WordCount is how many words a text has, as the engine counts them: more than three were meant to be heard.
func WordCount(s string) int { return wordCount(s) }

// clean makes what came from outside fit to be kept: valid UTF-8 without NULs, and without space around it.
func clean(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", ""))
}

// codeIn is the digits of a text that is a code and nothing else: digits, however they are grouped, behind one word at the most ("HERE
// 48213", "4827-1935-6620"). Empty: it is something else, or longer than a code can be.
func codeIn(text string) string {
	folded := fold(text)
	if first, rest, ok := strings.Cut(folded, " "); ok && strings.IndexFunc(strings.TrimRight(first, ":,."), notLetter) < 0 {
		folded = rest
	}
	code := make([]byte, 0, len(folded))
	for _, r := range folded {
		switch {
		case r >= '0' && r <= '9':
			code = append(code, byte(r))
		case !strings.ContainsRune(" -.", r):
			return ""
		}
	}
	if len(code) > longestCode {
		return ""
	}
	return string(code)
}

// longestCode is how many digits a code may have.
const longestCode = 20

func notLetter(r rune) bool { return !unicode.IsLetter(r) }
