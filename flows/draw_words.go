package flows

import "strings"

// Sizes of the picture, in pixels.
const (
	boxWidth  = 236.0
	boxPad    = 10.0
	headSize  = 28.0
	lineSize  = 15.0
	rowSize   = 21.0
	noteSize  = 13.0
	mostLines = 4
	stubLine  = 16.0 // from a box to what a way out ends in
	endRadius = 6.0
	gapLeast  = 52.0 // between layers
	gapMost   = 120.0
	hookReach = 34.0 // of a line that turns round
	margin    = 36.0

	nameFont  = 13.0
	wordsFont = 11.5
	rowFont   = 11.5
	asideFont = 10.0
	startFont = 11.0
	chipFont  = 11.0
)

// width is how wide words are at most. Which font draws them is not known here, so it reckons with a wide one (DejaVu Sans).
func width(s string, size float64) float64 {
	w := 0.0
	for _, r := range s {
		switch {
		case strings.ContainsRune("iljI.,:;'|!·’ ", r):
			w += 0.34
		case strings.ContainsRune("ftr()[]{}-/\"“”", r):
			w += 0.44
		case strings.ContainsRune("mwMW@%—…", r):
			w += 0.97
		case r >= 'A' && r <= 'Z':
			w += 0.70
		case r >= 0x1100:
			w += 1.05
		default:
			w += 0.625
		}
	}
	return w * size
}

// codeWidth is the same for a font whose letters are all as wide.
func codeWidth(s string, size float64) float64 { return float64(len([]rune(s))) * 0.615 * size }

// shortened cuts words to a width.
func shortened(s string, size, most float64, measure func(string, float64) float64) string {
	if measure(s, size) <= most {
		return s
	}
	letters := []rune(s)
	for len(letters) > 0 && measure(string(letters)+"…", size) > most {
		letters = letters[:len(letters)-1]
	}
	return strings.TrimRight(string(letters), " ,.;:") + "…"
}

// wrapped breaks words into lines of a width; what does not fit the most lines is cut off with an ellipsis.
func wrapped(s string, size, most float64, lines int) []string {
	var all []string
	for paragraph := range strings.SplitSeq(strings.TrimSpace(s), "\n") {
		line := ""
		for _, word := range strings.Fields(paragraph) {
			if with := strings.TrimSpace(line + " " + word); line == "" || width(with, size) <= most {
				line = with
				continue
			}
			all, line = append(all, shortened(line, size, most, width)), word
		}
		if line != "" {
			all = append(all, shortened(line, size, most, width))
		}
	}
	if len(all) > lines {
		all = all[:lines]
		all[lines-1] = shortened(all[lines-1]+" …", size, most, width)
		if !strings.HasSuffix(all[lines-1], "…") {
			all[lines-1] += "…"
		}
	}
	return all
}
