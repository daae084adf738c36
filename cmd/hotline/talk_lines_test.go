package main

import (
	"slices"
	"strings"
	"testing"
)

// However long a line is, it is one, and those behind it are heard.
func TestLinesOfAnyLength(t *testing.T) {
	long := strings.Repeat("9", 100_000)
	var got []string
	for line := range readLines(t.Context(), strings.NewReader(long+"\r\n\n2")) {
		got = append(got, line)
	}
	if !slices.Equal(got, []string{long, "", "2"}) {
		t.Errorf("%d lines are read", len(got))
	}
}
