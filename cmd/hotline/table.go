package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"
)

// table is columns for a person to read. Its last column is wrapped to the width of the terminal.
type table struct {
	head []string
	rows [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// narrowest is the least that a last column is squeezed to.
const narrowest = 24

func (t *table) print(out io.Writer) {
	widths := make([]int, len(t.head))
	for _, row := range append([][]string{t.head}, t.rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	left := 0
	for _, n := range widths[:len(widths)-1] {
		left += n + 2
	}
	last := max(narrowest, lineWidth(out)-left)
	for _, row := range append([][]string{t.head}, t.rows...) {
		var b strings.Builder
		for i, cell := range row[:len(row)-1] {
			b.WriteString(cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+2))
		}
		for i, line := range wrap(row[len(row)-1], last) {
			if i > 0 {
				b.WriteString("\n" + strings.Repeat(" ", left))
			}
			b.WriteString(line)
		}
		fmt.Fprintln(out, strings.TrimRight(b.String(), " "))
	}
}

// lineWidth is that of the terminal, or what reads well in a file.
func lineWidth(out io.Writer) int {
	if f, ok := out.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			return width
		}
	}
	return 100
}

// wrap breaks a text into lines of at most width characters, at spaces where there are any.
func wrap(text string, width int) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		line := ""
		for _, word := range strings.Fields(paragraph) {
			for utf8.RuneCountInString(word) > width { // a word wider than the column
				if line != "" {
					lines, line = append(lines, line), ""
				}
				runes := []rune(word)
				lines, word = append(lines, string(runes[:width])), string(runes[width:])
			}
			switch {
			case line == "":
				line = word
			case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= width:
				line += " " + word
			default:
				lines, line = append(lines, line), word
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// paragraph prints words of somebody's own, indented and wrapped.
func paragraph(out io.Writer, text string) {
	for _, line := range wrap(text, lineWidth(out)-4) {
		fmt.Fprintln(out, strings.TrimRight("    "+line, " "))
	}
}

// printable drops what somebody else's words could do to a terminal: control characters, and marks that reorder what stands there.
func printable(words string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < ' ', r >= 0x7f && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, words)
}

// printJSON is for programs: one value, indented, with words as they are.
func printJSON(out io.Writer, v any) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
