package flows

import (
	"cmp"
	"slices"
)

const (
	sweeps   = 14 // to and fro over the layers, for an order with few crossings
	settling = 24 // and then for straight lines
)

// arrange orders every layer and gives every spot its height, first so that few lines cross, then so that they are straight.
func (y *layout) arrange() {
	for _, layer := range y.layers {
		y.pack(layer, false)
	}
	best, order := y.crossings(), y.order()
	for i := range sweeps {
		for n := range y.layers {
			layer := y.layers[n]
			if i%2 == 1 {
				layer = y.layers[len(y.layers)-1-n]
			}
			for _, s := range layer {
				s.wish = s.wished(i%2 == 0, i%2 == 1)
			}
			slices.SortStableFunc(layer, func(a, b *spot) int { return cmp.Compare(a.wish+a.height/2, b.wish+b.height/2) })
			y.pack(layer, true)
		}
		if n := y.crossings(); n < best {
			best, order = n, y.order()
		}
	}
	y.layers = order
	y.swap()
	y.settle()
}

// settle makes lines straight, without changing the order.
func (y *layout) settle() {
	for i := range settling {
		for n := range y.layers {
			layer := y.layers[n]
			if i%2 == 1 {
				layer = y.layers[len(y.layers)-1-n]
			}
			for _, s := range layer {
				s.wish = s.wished(true, true)
			}
			y.pack(layer, true)
		}
	}
}

func (y *layout) order() [][]*spot {
	all := make([][]*spot, len(y.layers))
	for i, layer := range y.layers {
		all[i] = slices.Clone(layer)
	}
	return all
}

// wished is where a spot's lines would be straight: the mean of where they begin on its left, or end on its right.
func (s *spot) wished(left, right bool) float64 {
	sum, weight := 0.0, 0.0
	if left {
		for _, l := range s.ins {
			sum, weight = sum+l.weight*(l.from.top+l.leaves-l.arrives), weight+l.weight
		}
	}
	if right {
		for _, l := range s.outs {
			sum, weight = sum+l.weight*(l.to.top+l.arrives-l.leaves), weight+l.weight
		}
	}
	for _, h := range s.hooks {
		if s.box == nil { // a lane keeps to the box whose line it is; the box does not mind
			sum, weight = sum+0.7*(h.box.top+h.at), weight+0.7
		}
	}
	if weight == 0 {
		return s.top
	}
	return sum / weight
}

// loose says that no line holds a spot anywhere.
func (s *spot) loose() bool { return len(s.ins)+len(s.outs)+len(s.hooks) == 0 }

// apart is the least space between two neighbours of a layer.
func apart(a, b *spot) float64 {
	if a.box == nil && b.box == nil {
		return 11
	}
	if a.box == nil || b.box == nil {
		return 16
	}
	return 24
}

// pack puts the spots of a layer, in their order, as near to their wishes as the space between them allows: those that would overlap
// are moved together, by the mean of their wishes.
func (y *layout) pack(layer []*spot, wishing bool) {
	type block struct {
		first, count int
		at, weight   float64
	}
	var blocks []block
	offset := make([]float64, len(layer))
	for i, s := range layer {
		if i > 0 {
			offset[i] = offset[i-1] + layer[i-1].height + apart(layer[i-1], s)
		}
		b := block{first: i, count: 1, weight: 1}
		switch n := len(blocks); {
		case wishing && !s.loose():
			b.at = s.wish - offset[i]
		case n > 0:
			b.at, b.weight = blocks[n-1].at, 0.01 // close to its neighbour
		}
		for n := len(blocks); n > 0 && blocks[n-1].at >= b.at; n-- {
			a := blocks[n-1]
			b = block{a.first, a.count + b.count, (a.at*a.weight + b.at*b.weight) / (a.weight + b.weight), a.weight + b.weight}
			blocks = blocks[:n-1]
		}
		blocks = append(blocks, b)
	}
	for _, b := range blocks {
		for i := b.first; i < b.first+b.count; i++ {
			layer[i].top = b.at + offset[i]
		}
	}
}

// crossings counts how many lines cross between neighbouring layers.
func (y *layout) crossings() int {
	total := 0
	for _, layer := range y.layers {
		place := 0.0
		for _, s := range layer {
			s.wish = place
			place++
		}
	}
	for _, layer := range y.layers {
		var lines [][2]float64
		for _, s := range layer {
			for _, l := range s.outs {
				lines = append(lines, [2]float64{s.wish + l.leaves/(s.height+1), l.to.wish})
			}
		}
		for i, a := range lines {
			for _, b := range lines[i+1:] {
				if (a[0]-b[0])*(a[1]-b[1]) < 0 {
					total++
				}
			}
		}
	}
	return total
}

// swap exchanges neighbours as long as that takes crossings away.
func (y *layout) swap() {
	for range 8 {
		changed := false
		for _, layer := range y.layers {
			for i, s := range layer {
				s.wish = float64(i)
			}
		}
		for _, layer := range y.layers {
			for i := range len(layer) - 1 {
				a, b := layer[i], layer[i+1]
				if crossed(b, a) < crossed(a, b) {
					layer[i], layer[i+1] = b, a
					a.wish, b.wish = b.wish, a.wish
					changed = true
				}
			}
		}
		if !changed {
			return
		}
	}
}

// crossed counts the crossings of the lines of two neighbours, the first above the second; wish holds everybody's place.
func crossed(above, below *spot) int {
	n := 0
	for _, a := range above.ins {
		for _, b := range below.ins {
			if a.from.wish+a.leaves/(a.from.height+1) > b.from.wish+b.leaves/(b.from.height+1) {
				n++
			}
		}
	}
	for _, a := range above.outs {
		for _, b := range below.outs {
			if a.to.wish > b.to.wish {
				n++
			}
		}
	}
	return n
}
