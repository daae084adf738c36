package flows

import "slices"

// The picture is laid out in layers from left to right (Sugiyama's way): a step stands to the right of all that lead to it, save those
// that lead back. A line that spans layers has a place in each of them, its lane, so that it runs through no box; lines to the same
// step share their lanes.

// spot is a place in a layer: a box with what hangs on its right side, or the place where a lane passes.
type spot struct {
	box    *box // nil: a lane
	layer  int
	top    float64
	height float64
	ins    []*link // from the layer before
	outs   []*link
	hooks  []hook // lines that turn round beside this spot, within the layer
	wish   float64
}

// link is a line between two neighbouring layers, drawn once whoever shares it.
type link struct {
	from, to        *spot
	leaves, arrives float64 // below the tops of from and to
	weight          float64 // how much it wants to be straight
	quiet           bool
}

// hook is a line from a box to a lane of its own layer, or from such a lane to the box, where a way leads back.
type hook struct {
	to       *spot // the other end; a lane seen from a box, a box seen from a lane
	box      *spot
	lane     *spot
	at       float64 // below the top of the box
	entering bool    // from the lane into the box, on its left side
	quiet    bool
}

// laneKey is what ways have in common that share a lane.
type laneKey struct {
	to    *box
	quiet bool
	back  bool
	layer int
}

// seen tells links and hooks apart.
type seen struct {
	from, to *spot
	at       float64
	entering bool
}

// layout is where everything stands.
type layout struct {
	layers [][]*spot
	links  []*link
	hooks  []hook
	lanes  map[laneKey]*spot
	known  map[seen]bool // links and hooks that there are already

	left, right []float64         // of each layer
	starts      []int             // the layers that each band begins with
	turns       map[*link]turning // of links from one band to the next
	width       float64
	height      float64
}

// layers gives every box a layer and every line its lanes.
func (d *Drawing) layers() *layout {
	y := &layout{lanes: map[laneKey]*spot{}, known: map[seen]bool{}}
	rank, order := d.ranks()
	most := 0
	for _, b := range order {
		most = max(most, rank[b])
	}
	y.layers = make([][]*spot, most+1)
	for _, b := range order {
		b.spot = &spot{box: b, layer: rank[b], height: b.height}
		y.add(b.spot)
	}
	for _, b := range order {
		for i := range b.rows {
			if b.rows[i].box != nil {
				y.way(b, &b.rows[i])
			}
		}
	}
	return y
}

func (y *layout) add(s *spot) { y.layers[s.layer] = append(y.layers[s.layer], s) }

// ranks puts every step as far right as what leads to it asks for; ways that lead back to a step still being followed ask for nothing.
// The order is that of a talk: what is answered first comes first, what goes amiss last.
func (d *Drawing) ranks() (map[*box]int, []*box) {
	const entered, left = 1, 2
	state := map[*box]int{}
	var order, last []*box // last: children before parents
	back := map[[2]*box]bool{}
	var visit func(*box)
	visit = func(b *box) {
		state[b] = entered
		order = append(order, b)
		for _, quiet := range []bool{false, true} {
			for _, r := range b.rows {
				switch {
				case r.box == nil || r.quiet != quiet:
				case state[r.box] == entered:
					back[[2]*box{b, r.box}] = true
				case state[r.box] == 0:
					visit(r.box)
				}
			}
		}
		state[b] = left
		last = append(last, b)
	}
	for _, b := range d.boxes {
		if state[b] == 0 {
			visit(b)
		}
	}
	rank := map[*box]int{}
	for _, b := range slices.Backward(last) {
		for _, r := range b.rows {
			if r.box != nil && !back[[2]*box{b, r.box}] {
				rank[r.box] = max(rank[r.box], rank[b]+1)
			}
		}
	}
	return rank, order
}

// way lays one line from a row to the box that it leads to.
func (y *layout) way(b *box, r *row) {
	from, to := b.spot, r.box.spot
	if from.layer < to.layer {
		at, leaves := from, r.middle
		for layer := from.layer + 1; layer < to.layer; layer++ {
			lane := y.lane(laneKey{r.box, r.quiet, false, layer})
			y.link(&link{from: at, to: lane, leaves: leaves, weight: 1, quiet: r.quiet})
			at, leaves = lane, 0
		}
		y.link(&link{from: at, to: to, leaves: leaves, arrives: r.box.port(), weight: 1, quiet: r.quiet})
		return
	}
	var after *spot
	for layer := from.layer; layer >= to.layer; layer-- {
		lane := y.lane(laneKey{r.box, r.quiet, true, layer})
		if after != nil {
			y.link(&link{from: lane, to: after, weight: 1, quiet: r.quiet})
		} else {
			y.hook(hook{box: from, lane: lane, at: r.middle, quiet: r.quiet})
		}
		after = lane
	}
	y.hook(hook{box: to, lane: after, at: r.box.port(), entering: true, quiet: r.quiet})
}

// lane is where the lines to a box pass a layer.
func (y *layout) lane(key laneKey) *spot {
	s := y.lanes[key]
	if s == nil {
		s = &spot{layer: key.layer}
		y.lanes[key] = s
		y.add(s)
	}
	return s
}

// link joins two spots, once.
func (y *layout) link(l *link) {
	key := seen{l.from, l.to, l.leaves, false}
	if y.known[key] {
		return
	}
	y.known[key] = true
	switch {
	case l.from.box == nil && l.to.box == nil:
		l.weight *= 4
	case l.from.box != nil && l.to.box != nil && l.from.box.plain:
		l.weight *= 3
	}
	if l.quiet {
		l.weight *= 0.5
	}
	l.from.outs, l.to.ins = append(l.from.outs, l), append(l.to.ins, l)
	y.links = append(y.links, l)
}

func (y *layout) hook(h hook) {
	key := seen{h.box, h.lane, h.at, h.entering}
	if y.known[key] {
		return
	}
	y.known[key] = true
	h.box.hooks, h.lane.hooks = append(h.box.hooks, h), append(h.lane.hooks, h)
	y.hooks = append(y.hooks, h)
}
