package flows

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// A talk is long and thin. Its picture is folded like text into lines: bands of layers below each other, so that it fits a page and a
// screen. What runs from one band to the next goes round its end, through the space between them, to the beginning of the next.

const (
	onePage   = 1500.0 // a picture up to so wide is not folded
	pageShape = 1.6    // width by height to strive for
	mostBands = 8
	railSpace = 8.0 // between lines that run beside each other
)

// turning is the way of a link around the end of a band.
type turning struct{ right, between, left float64 }

// fold breaks the layers into bands where few lines run, and moves everything to its place.
func (y *layout) fold(left float64) {
	y.turns = map[*link]turning{}
	starts := y.starts
	for _, first := range starts[1:] { // each band settles by itself: what comes round its end need not be straight
		for _, to := range y.between(first) {
			for _, l := range to.ins {
				l.weight = 0.001
			}
		}
	}
	if len(starts) > 1 {
		y.settle()
	}
	low := 0.0
	y.width, y.height = 0, 0
	for i, first := range starts {
		last := len(y.layers)
		if i+1 < len(starts) {
			last = starts[i+1]
		}
		crossing := y.between(first)
		rails := railSpace * float64(len(crossing))
		if i > 0 {
			low += 26 + rails
		}
		top, bottom := y.extent(first, last-1)
		shift := left - y.left[first]
		for n := first; n < last; n++ {
			y.left[n], y.right[n] = y.left[n]+shift, y.right[n]+shift
			for _, s := range y.layers[n] {
				s.top += low - top
			}
		}
		slices.SortFunc(crossing, func(a, b *spot) int { return cmp.Compare(a.top, b.top) })
		for k, to := range crossing { // the first leaves furthest out, and comes in furthest in, so that they do not cross
			out := railSpace * float64(len(crossing)-1-k)
			for _, l := range to.ins {
				y.turns[l] = turning{y.right[first-1] + hookReach + out, low - rails - 8 + out, left - hookReach - 4 - railSpace*float64(k)}
			}
		}
		if after := y.between(last); len(after) > 0 {
			y.width = max(y.width, y.right[last-1]+hookReach+railSpace*float64(len(after)))
		}
		y.width = max(y.width, y.right[last-1]+y.bulge(last-1))
		low += bottom - top
	}
	y.height = low
}

// bulge is how far lines turn round on the right of a layer.
func (y *layout) bulge(layer int) float64 {
	for _, h := range y.hooks {
		if !h.entering && h.box.layer == layer {
			return hookReach
		}
	}
	return 0
}

// between are the spots of a layer that lines from the layer before lead to. Those to the same spot run together.
func (y *layout) between(layer int) []*spot {
	var all []*spot
	if layer == 0 || layer >= len(y.layers) {
		return nil
	}
	for _, s := range y.layers[layer] {
		if len(s.ins) > 0 {
			all = append(all, s)
		}
	}
	return all
}

// bands are the layers that each band begins with: so many of them that the page gets the shape to strive for.
func (y *layout) bands() []int {
	if y.right[len(y.layers)-1]-y.left[0] <= onePage {
		return []int{0}
	}
	least, best, boxes := math.Inf(1), []int{0}, y.boxes()
	for n := range 2 * min(mostBands, len(y.layers)) {
		starts := y.cuts(n/2+1, []float64{40, 400}[n%2])
		wide, high, lines := 0.0, 0.0, 0
		for i, first := range starts {
			last := len(y.layers) - 1
			if i+1 < len(starts) {
				last = starts[i+1] - 1
			}
			top, bottom := y.extent(first, last)
			lines += len(y.between(first))
			wide, high = max(wide, y.right[last]-y.left[first]), high+bottom-top+26
		}
		wide, high = wide+2*margin+railSpace*float64(lines), high+railSpace*float64(lines)+150
		if cost := math.Abs(math.Log(wide/high/pageShape)) + 1.5*float64(lines)/float64(len(boxes)); cost < least {
			least, best = cost, starts
		}
	}
	return best
}

// cuts breaks the layers into n bands of about the same width, rather where few lines run; even says how much more about the same counts.
func (y *layout) cuts(n int, even float64) []int {
	last := len(y.layers) - 1
	wide := (y.right[last] - y.left[0]) / float64(n)
	starts := []int{0}
	for k := 1; k < n; k++ {
		cut, least := -1, math.Inf(1)
		for layer := starts[len(starts)-1] + 1; layer <= last; layer++ {
			off := (y.left[layer] - y.left[0] - wide*float64(k)) / wide
			if cost := even*off*off + float64(len(y.between(layer))); cost < least {
				cut, least = layer, cost
			}
		}
		if cut > 0 {
			starts = append(starts, cut)
		}
	}
	return starts
}

// extent is where layers begin and end in height.
func (y *layout) extent(first, last int) (top, bottom float64) {
	top, bottom = math.Inf(1), math.Inf(-1)
	for _, layer := range y.layers[first : last+1] {
		end := layer[len(layer)-1]
		top, bottom = min(top, layer[0].top), max(bottom, end.top+end.height)
	}
	return top, bottom
}

// rails is the space on the left that folded lines need.
func (y *layout) rails() float64 {
	most := 0
	for _, first := range y.starts[1:] {
		most = max(most, len(y.between(first)))
	}
	return railSpace * float64(most)
}

// turned is the path of a link that runs from one band to the next.
func (y *layout) turned(l *link, t turning) string {
	begin := y.right[l.from.layer] // a lane is drawn up to here
	if l.from.box != nil {
		begin = y.left[l.from.layer] + boxWidth
	}
	_, b := y.linkEnds(l)
	leaves := l.from.top + l.leaves
	return rounded([][2]float64{{begin, leaves}, {t.right, leaves}, {t.right, t.between}, {t.left, t.between}, {t.left, b[1]}, b})
}

// rounded is a path along points with right angles, whose corners are round.
func rounded(points [][2]float64) string {
	const radius = 7.0
	var path strings.Builder
	fmt.Fprintf(&path, "M%.1f %.1f", points[0][0], points[0][1])
	toward := func(a, b [2]float64) [2]float64 {
		far := math.Abs(b[0]-a[0]) + math.Abs(b[1]-a[1])
		if far == 0 {
			return a
		}
		r := min(radius, far/2) / far
		return [2]float64{a[0] + (b[0]-a[0])*r, a[1] + (b[1]-a[1])*r}
	}
	for i := 1; i < len(points)-1; i++ {
		in, out := toward(points[i], points[i-1]), toward(points[i], points[i+1])
		fmt.Fprintf(&path, "L%.1f %.1fQ%.1f %.1f %.1f %.1f", in[0], in[1], points[i][0], points[i][1], out[0], out[1])
	}
	last := points[len(points)-1]
	fmt.Fprintf(&path, "L%.1f %.1f", last[0], last[1])
	return path.String()
}

func (y *layout) boxes() []*spot {
	var all []*spot
	for _, layer := range y.layers {
		for _, s := range layer {
			if s.box != nil {
				all = append(all, s)
			}
		}
	}
	return all
}
