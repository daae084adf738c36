package flows

// measure gives a box its height, and each row its place in it. What hangs above the first box is part of its height.
func (b *box) measure() {
	y := b.above + headSize
	if len(b.lines) > 0 {
		y += float64(len(b.lines))*lineSize + 8
	}
	for i := range b.rows {
		if b.plain {
			b.rows[i].middle = b.port()
			continue
		}
		b.rows[i].middle = y + rowSize/2
		y += rowSize
	}
	b.notes = nil
	for _, w := range b.wrong {
		b.notes = append(b.notes, wrapped(w, 1.14*asideFont, boxWidth-2*boxPad, 4)...)
	}
	if len(b.notes) > 0 {
		y += float64(len(b.notes))*noteSize + 8
	}
	if len(b.lines) == 0 && len(b.notes) == 0 && (b.plain || len(b.rows) == 0) {
		y += 6
	}
	b.height = y
}

// port is where lines come in, below the top.
func (b *box) port() float64 { return b.above + headSize/2 }

// red says whether a box is outlined in red.
func (b *box) red() bool { return len(b.wrong) > 0 }

// stub is how far what stands at the end of a row reaches out on the right of its box.
func (r *row) stub() float64 {
	switch r.leads {
	case toEnd:
		return stubLine + 2*endRadius
	case toFlow, nowhere:
		return stubLine + r.chipWidth()
	}
	return 0
}

func (r *row) chipWidth() float64 { return 1.12*width(r.chip, chipFont) + 16 }

// place says where each layer begins and ends. The space between two is wider where many lines change their height in it.
func (y *layout) place(left float64) {
	y.left, y.right = make([]float64, len(y.layers)), make([]float64, len(y.layers))
	for i, layer := range y.layers {
		wide, busy := 0.0, 0
		for _, s := range layer {
			if s.box == nil {
				continue
			}
			wide = max(wide, boxWidth)
			for k := range s.box.rows {
				wide = max(wide, boxWidth+s.box.rows[k].stub())
			}
		}
		for _, s := range layer {
			for _, l := range s.outs {
				if rise := l.from.top + l.leaves - l.to.top - l.arrives; rise > 30 || rise < -30 {
					busy++
				}
			}
			busy += len(s.hooks)
		}
		y.left[i], y.right[i] = left, left+wide
		left += wide + min(gapLeast+4*float64(busy), gapMost)
	}
}
