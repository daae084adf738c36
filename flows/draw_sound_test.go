package flows

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"pgregory.net/rapid"
)

// wellFormed reads a picture as an XML parser does.
func wellFormed(t rapid.TB, picture []byte) {
	t.Helper()
	for dec := xml.NewDecoder(bytes.NewReader(picture)); ; {
		_, err := dec.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("the picture is no XML: %v", err)
		}
	}
}

// sound looks over a drawing: every step and every way on is in it, no box covers another, no line runs through a box, every line
// leads from its row to its step and nowhere else, and drawing again gives the same.
func sound(t rapid.TB, d *Drawing) {
	t.Helper()
	picture := d.SVG()
	wellFormed(t, picture)
	if !bytes.Equal(picture, d.SVG()) {
		t.Error("drawn again, the picture is another")
	}
	chart := d.Mermaid()
	y := d.laidOut()
	for _, b := range d.boxes {
		if n := strings.Count(string(picture), fmt.Sprintf("id=\"step-%s\"", escaped(b.step.name))); n != 1 {
			t.Errorf("step %s is drawn %d times", b.step.name, n)
		}
		if !strings.Contains(chart, b.id()+" ") && !strings.Contains(chart, b.id()+"[") && !strings.Contains(chart, b.id()+"(") && !strings.Contains(chart, b.id()+"{") {
			t.Errorf("step %s is not in the chart", b.step.name)
		}
		drawn := map[string]bool{}
		for _, r := range b.rows {
			for _, why := range r.whys {
				drawn[why] = true
			}
			if got := reachedFrom(b, r); r.box != nil && (len(got) != 1 || !got[r.box]) {
				t.Errorf("step %s, %s: the line leads to %d steps, %v of them the right one", b.step.name, r.label, len(got), got[r.box])
			}
		}
		for _, e := range waysOf(b.step.verb) {
			if !drawn[e.why] {
				t.Errorf("step %s: the way %q is not drawn", b.step.name, e.why)
			}
		}
	}
	apartFromEachOther(t, d, y)
}

// reachedFrom follows the line of a row.
func reachedFrom(b *box, r row) map[*box]bool {
	got, seen := map[*box]bool{}, map[*spot]bool{}
	var back func(*spot)
	back = func(s *spot) {
		if seen[s] {
			return
		}
		seen[s] = true
		for _, h := range s.hooks {
			if h.entering {
				got[h.box.box] = true
			}
		}
		for _, l := range s.ins {
			back(l.from)
		}
	}
	var on func(*link)
	on = func(l *link) {
		if l.to.box != nil {
			got[l.to.box] = true
			return
		}
		for _, next := range l.to.outs {
			on(next)
		}
	}
	for _, l := range b.spot.outs {
		if l.leaves == r.middle && l.quiet == r.quiet {
			on(l)
		}
	}
	for _, h := range b.spot.hooks {
		if !h.entering && h.at == r.middle {
			back(h.lane)
		}
	}
	return got
}

type area struct{ x0, y0, x1, y1 float64 }

// apartFromEachOther checks rectangles, and points along every line.
func apartFromEachOther(t rapid.TB, d *Drawing, y *layout) {
	t.Helper()
	var solid []area
	for _, b := range d.boxes {
		reach := 0.0
		for _, r := range b.rows {
			reach = math.Max(reach, r.stub())
		}
		x := y.left[b.spot.layer]
		whole := area{x, b.spot.top, x + boxWidth + reach, b.spot.top + b.height}
		for i, other := range d.boxes {
			if other == b {
				break
			}
			o := solid[i]
			if whole.x0 < o.x1 && o.x0 < whole.x1 && whole.y0 < o.y1 && o.y0 < whole.y1 {
				t.Errorf("steps %s and %s cover each other", b.step.name, other.step.name)
			}
		}
		if whole.x0 < 0 || whole.y0 < 0 || whole.x1 > y.width+1 || whole.y1 > y.height+1 {
			t.Errorf("step %s lies outside the picture", b.step.name)
		}
		solid = append(solid, area{x, b.spot.top, x + boxWidth, b.spot.top + b.height})
	}
	var paths []string
	for _, l := range y.links {
		paths = append(paths, y.linkPath(l))
	}
	for _, h := range y.hooks {
		paths = append(paths, y.hookPath(h))
	}
	for _, path := range paths {
		for _, p := range along(t, path) {
			for i, a := range solid {
				if p[0] > a.x0+1 && p[0] < a.x1-1 && p[1] > a.y0+1 && p[1] < a.y1-1 {
					t.Fatalf("the line %s runs through step %s", path, d.boxes[i].step.name)
				}
			}
			if p[0] < 0 || p[0] > y.width+margin {
				t.Fatalf("the line %s leaves the picture", path)
			}
		}
	}
}

// along gives points on a path of M, H, L, C and Q.
func along(t rapid.TB, path string) (points [][2]float64) {
	t.Helper()
	var at [2]float64
	for path != "" {
		command, rest := path[0], path[1:]
		end := strings.IndexAny(rest, "MHLCQ")
		if end < 0 {
			end = len(rest)
		}
		var n []float64
		for _, word := range strings.Fields(rest[:end]) {
			v, err := strconv.ParseFloat(word, 64)
			if err != nil {
				t.Fatalf("path %s: %v", path, err)
			}
			n = append(n, v)
		}
		path = rest[end:]
		ends := [][2]float64{at}
		switch command {
		case 'M':
			at = [2]float64{n[0], n[1]}
			points = append(points, at)
			continue
		case 'H':
			ends = append(ends, [2]float64{n[0], at[1]})
		default:
			for i := 0; i < len(n); i += 2 {
				ends = append(ends, [2]float64{n[i], n[i+1]})
			}
		}
		for i := 1; i <= 40; i++ {
			points = append(points, between(ends, float64(i)/40))
		}
		at = ends[len(ends)-1]
	}
	return points
}

// between is a point of a Bézier curve of any degree.
func between(ends [][2]float64, at float64) [2]float64 {
	for len(ends) > 1 {
		var next [][2]float64
		for i := range len(ends) - 1 {
			next = append(next, [2]float64{ends[i][0] + (ends[i+1][0]-ends[i][0])*at, ends[i][1] + (ends[i+1][1]-ends[i][1])*at})
		}
		ends = next
	}
	return ends[0]
}
