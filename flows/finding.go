package flows

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity says what a finding means for the set.
type Severity string

const (
	Error   Severity = "error"   // the set is refused
	Warning Severity = "warning" // the set runs; a person should look, and either mend it or allow it with a reason
)

// Finding is one thing that is wrong, or doubtful, in the text of a set.
type Finding struct {
	File         string
	Line, Column int // from 1
	Rule         string
	Severity     Severity
	Message      string // what is wrong, and what to do
}

// String is "file.yaml:31:5: what is wrong; what to do", and of a warning also its rule, by which it can be allowed.
func (f Finding) String() string {
	if f.Severity == Warning {
		return fmt.Sprintf("%s:%d:%d: warning: %s [%s]", f.File, f.Line, f.Column, f.Message, f.Rule)
	}
	return fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, f.Message)
}

// Findings is everything that was found in a set, in the order of its files; the error of Load where one of them is an Error.
type Findings []Finding

// Error gives one finding a line.
func (f Findings) Error() string {
	lines := make([]string, len(f))
	for i, one := range f {
		lines[i] = one.String()
	}
	return strings.Join(lines, "\n")
}

// mostFindings is where a hopeless set stops being described: so many errors, and so many warnings.
const mostFindings = 200

// place is where something stands in the text of a set.
type place struct {
	file         string
	line, column int
}

// findings gathers what is wrong while a set is read and checked.
type findings struct {
	list     Findings
	errors   int
	warnings int
}

// add notes that something is not written in this language.
func (f *findings) add(at place, format string, args ...any) {
	f.violate(ruleForm, at, format, args...)
}

// violate notes that a rule is broken. Something without a place is put at the beginning of its file.
func (f *findings) violate(r rule, at place, format string, args ...any) {
	if f.errors < mostFindings {
		f.errors++
		f.list = append(f.list, Finding{at.file, max(at.line, 1), max(at.column, 1), string(r), Error, fmt.Sprintf(format, args...)})
	}
}

// doubt notes what a person should look at, unless one of the owners (a step, its flow) allows it.
func (f *findings) doubt(r rule, at place, owners []*allowed, format string, args ...any) {
	for _, o := range owners {
		if o.permits(r) {
			return
		}
	}
	if f.warnings < mostFindings {
		f.warnings++
		f.list = append(f.list, Finding{at.file, max(at.line, 1), max(at.column, 1), string(r), Warning, fmt.Sprintf(format, args...)})
	}
}

// has says whether anything broke a rule.
func (f *findings) has(r rule) bool {
	return slices.ContainsFunc(f.list, func(one Finding) bool { return one.Rule == string(r) })
}

// err is what refuses the set, and nil where nothing does. What a person should look at besides can wait until that is mended.
func (f *findings) err() error {
	if f.errors == 0 {
		return nil
	}
	return slices.DeleteFunc(f.sorted(), func(one Finding) bool { return one.Severity != Error })
}

// sorted is all that was found, by place. One thing found twice is told once.
func (f *findings) sorted() Findings {
	slices.SortStableFunc(f.list, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(f.list)
}

// orNothing lists names, for a sentence.
func orNothing(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}

// didYouMean ends a message about an unknown name with the known one that is nearest to it, if any is near.
func didYouMean(name string, known []string) string {
	best, near := "", max(1, len(name)/3)+1
	for _, k := range known {
		if d := distance(strings.ToLower(name), strings.ToLower(k)); d < near || d == near && best != "" && k < best {
			best, near = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// distance counts the letters to add, drop, change or swap with their neighbour to make b of a.
func distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return len(a) + len(b)
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
