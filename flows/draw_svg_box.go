package flows

import (
	"fmt"
	"slices"
	"strings"
)

// drawBox draws a step: its shape, its head, what it says, its rows and what hangs on them, and in red what is wrong.
func (d *Drawing) drawBox(w *svg, y *layout, s *spot) {
	b := s.box
	x, top := y.left[s.layer], s.top+b.above
	high := b.height - b.above
	if b.above > 0 {
		d.start.draw(w, x, s.top, b.above)
	}
	class := "step " + b.kind.name
	if b.red() {
		class += " red"
	}
	if b.cut {
		class += " cut"
	}
	w.put("<g class=\"%s\" id=\"step-%s\">\n<title>%s</title>\n", class, escaped(b.step.name), escaped(strings.Join(slices.Concat([]string{b.step.name + " " + b.kind.word, b.words}, b.wrong), "\n")))
	w.shape(b.kind.shape, x, top, boxWidth, high)
	w.icon(b.kind.icon, x+19, top+headSize/2)
	kindWide := width(b.kind.word, asideFont)
	w.text("name", x+33, top+headSize/2+4.5, shortened(b.step.name, nameFont*1.1, boxWidth-33-boxPad-kindWide-8, width))
	w.put("<text class=\"kind\" text-anchor=\"end\" x=\"%.1f\" y=\"%.1f\">%s</text>\n", x+boxWidth-boxPad-2, top+headSize/2+4, escaped(b.kind.word))
	at := top + headSize
	for i, line := range b.lines {
		w.text(b.wordsClass(), x+boxPad+2, at+11+lineSize*float64(i), line)
	}
	if len(b.lines) > 0 {
		at += float64(len(b.lines))*lineSize + 8
	}
	for i := range b.rows {
		w.row(b, &b.rows[i], x, s.top+b.rows[i].middle)
		if !b.plain {
			at += rowSize
		}
	}
	for i, line := range b.notes {
		w.text("wrong", x+boxPad+2, at+13+noteSize*float64(i), line)
	}
	w.put("</g>\n")
}

// wordsClass is code where what stands in the box is names and formulas.
func (b *box) wordsClass() string {
	if b.kind.name == "do" || b.kind.name == "set" {
		return "code"
	}
	return "words"
}

// row draws one way on: in the box its mark and label, outside what it ends in if that is no other box.
func (w *svg) row(b *box, r *row, x, y float64) {
	class := "way"
	if r.quiet {
		class += " quiet"
	}
	if r.leads == nowhere {
		class += " red"
	}
	w.put("<g class=\"%s\" data-way=\"%s\"><title>%s</title>\n", class, escaped(strings.Join(r.whys, ", ")), escaped(strings.TrimSpace(r.spoken(b)+" → "+r.destination())))
	if !b.plain {
		w.put("<path class=\"rule\" d=\"M%.1f %.1fH%.1f\"/>\n", x+1, y-rowSize/2, x+boxWidth-1)
		w.label(r, x+boxPad+2, y)
	}
	right := x + boxWidth
	switch r.leads {
	case toEnd:
		w.put("<path class=\"%s\" d=\"M%.1f %.1fh%.1f\"/>\n<circle class=\"end\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/><circle class=\"stop\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>\n",
			lineClass(r.quiet), right, y, stubLine, right+stubLine+endRadius, y, endRadius, right+stubLine+endRadius, y)
	case toFlow, nowhere:
		w.put("<path class=\"%s\" d=\"M%.1f %.1fh%.1f\"/>\n", lineClass(r.quiet), right, y, stubLine)
		w.tab(right+stubLine, y, r.chipWidth())
		w.text("chip", right+stubLine+9, y+3.8, r.chip)
	}
	w.put("</g>\n")
}

// spoken is the whole label, which may be cut short in the box; the one way of a plain step has none.
func (r *row) spoken(b *box) string {
	if b.plain {
		return ""
	}
	return r.label
}

// label puts what a row says, and as much as fits of what stands behind it.
func (w *svg) label(r *row, x, y float64) {
	most := boxWidth - 2*boxPad - 4
	if r.mark != "" {
		w.put("<circle class=\"ring\" cx=\"%.1f\" cy=\"%.1f\" r=\"7\"/>", x+7, y)
		if r.mark != "o" {
			w.put("<text class=\"mark\" x=\"%.1f\" y=\"%.1f\">%s</text>", x+7, y+3.6, escaped(r.mark))
		}
		x, most = x+20, most-20
	}
	class, measure, size := "label", width, rowFont
	if r.code {
		class, measure, size = "label code", codeWidth, 10.5
	}
	aside := ""
	if r.aside != "" {
		aside = shortened(r.aside, asideFont, max(most-measure(r.label, size)-8, most*0.4), width)
		if r.quiet && measure(r.label, size)+width(aside, asideFont)+8 > most {
			aside = "" // what it is says more than where
		}
		most -= width(aside, asideFont) + 8
	}
	label := shortened(r.label, size, most, measure)
	w.put("<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s", class, x, y+4, escaped(label))
	if aside != "" {
		w.put("<tspan class=\"aside\" dx=\"6\">%s</tspan>", escaped(aside))
	}
	w.put("</text>\n")
}

// tab is the sign of another flow: a box with a cut corner, as on a card of an index.
func (w *svg) tab(x, y, wide float64) {
	w.put("<path class=\"tab\" d=\"M%.1f %.1fh%.1fl6 6v10h%.1fz\"/>\n", x, y-8, wide-6, -wide)
}

// shape is the outline of a step; each kind has its own, so that they differ on a black and white print too.
func (w *svg) shape(kind string, x, y, wide, high float64) {
	rect := func(r float64) string {
		return fmt.Sprintf("M%.1f %.1fh%.1fa%g %g 0 0 1 %g %gv%.1fa%g %g 0 0 1 -%g %gh%.1fa%g %g 0 0 1 -%g -%gv%.1fa%g %g 0 0 1 %g -%gz",
			x+r, y, wide-2*r, r, r, r, r, high-2*r, r, r, r, r, -(wide - 2*r), r, r, r, r, -(high - 2*r), r, r, r, r)
	}
	switch kind {
	case "round":
		w.put("<path class=\"shape\" d=\"%s\"/>\n", rect(13))
	case "bubble":
		w.put("<path class=\"shape\" d=\"M%.1f %.1fh%.1fa8 8 0 0 1 8 8v%.1fa8 8 0 0 1 -8 8h%.1fl-10 8v-8h-8a8 8 0 0 1 -8 -8v%.1fa8 8 0 0 1 8 -8z\"/>\n",
			x+8, y, wide-16, high-16, -(wide - 34), -(high - 16))
	case "double":
		w.put("<path class=\"shape\" d=\"%s\"/><path class=\"rule\" d=\"M%.1f %.1fv%.1fm%.1f 0v%.1f\"/>\n", rect(1), x+5, y, high, wide-10, -high)
	case "chamfer":
		w.put("<path class=\"shape\" d=\"M%.1f %.1fh%.1fl10 10v%.1fl-10 10h%.1fl-10 -10v%.1fz\"/>\n", x+10, y, wide-20, high-20, -(wide - 20), -(high - 20))
	case "note":
		w.put("<path class=\"shape\" d=\"M%.1f %.1fh%.1fl12 12v%.1fh%.1fz\"/><path class=\"rule\" fill=\"none\" d=\"M%.1f %.1fv12h12\"/>\n",
			x, y, wide-12, high-12, -wide, x+wide-12, y)
	default:
		w.put("<path class=\"shape\" d=\"M%.1f %.1fh%.1fv%.1fh%.1fv%.1fz\"/>\n", x+12, y, wide-12, high, -wide, -(high - 12))
	}
}

// icon is a small sign in a disc.
func (w *svg) icon(kind string, x, y float64) {
	w.put("<circle class=\"icon\" cx=\"%.1f\" cy=\"%.1f\" r=\"8\"/>", x, y)
	glyph := map[string]string{
		"question":   "m-2.4 -1.6a2.4 2.2 0 1 1 3.3 2c-.7 .4 -.9 .8 -.9 1.5m0 2.3v.1",
		"lines":      "m-3.6 -2.6h7.2m-7.2 2.6h7.2m-7.2 2.6h4.4",
		"play":       "m-2 -3.4v6.8l5.4 -3.4z",
		"fork":       "m-4 0h3l3.4 -3h1.4m-4.8 3l3.4 3h1.4",
		"equals":     "m-3.4 -1.7h6.8m-6.8 3.4h6.8",
		"clock":      "m0 -4.2v4.2l3 1.8",
		"round trip": "m-3.4 1.8h6.4m-2.2 -2.2l2.2 2.2m-6.4 -3.6h4.6",
	}[kind]
	if glyph == "" {
		glyph = "m-3.4 0h6.8m-2.4 -2.6l2.6 2.6l-2.6 2.6"
	}
	w.put("<path class=\"glyph\" d=\"M%.1f %.1f%s\"/>\n", x, y, glyph)
}

// height of how a talk comes to the first step, with the arrow below it.
func (s startBox) height() float64 { return float64(len(s.words))*lineSize + 8 + 22 }

func (s startBox) draw(w *svg, x, y, high float64) {
	tall := high - 22
	w.put("<rect class=\"ring\" stroke=\"#3d4852\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"%.1f\"/>\n", x, y, boxWidth, tall, min(tall/2, 12))
	for i, line := range s.words {
		w.put("<text class=\"starts\" text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">%s</text>\n", x+boxWidth/2, y+4+11+lineSize*float64(i), escaped(line))
	}
	w.put("<path class=\"line\" d=\"M%.1f %.1fv14\"/><path class=\"tip\" d=\"M%.1f %.1fl-4.5 -9h9z\"/>\n", x+boxWidth/2, y+tall, x+boxWidth/2, y+high)
}

// legend explains the signs that a picture uses.
type legend struct{ items []legendItem }

type legendItem struct {
	words string
	kind  drawnKind
	sign  string // "line", "quiet", "end", "tab", "red"; or a kind
}

const (
	legendLeast = 760.0 // the narrowest picture
	legendFont  = 11.5
)

func (d *Drawing) legend() legend {
	var l legend
	shown := map[string]bool{}
	words := map[string]string{"ask": "asks, and waits for an answer", "say": "says something", "do": "does something, and goes by what came of it",
		"branch": "decides by what is known", "set": "notes something"}
	ends, flows, quiet, wrong := false, false, false, d.Red() > 0
	for _, b := range d.boxes {
		if !shown[b.kind.word] {
			shown[b.kind.word] = true
			item := legendItem{words: words[b.kind.name], kind: b.kind, sign: "kind"}
			if item.words == "" {
				item.words = b.kind.word
			}
			l.items = append(l.items, item)
		}
		for _, r := range b.rows {
			ends, flows, quiet = ends || r.leads == toEnd, flows || r.leads == toFlow, quiet || r.quiet
		}
	}
	for _, one := range []struct {
		shows bool
		item  legendItem
	}{
		{ends, legendItem{words: "the talk ends", sign: "end"}},
		{flows, legendItem{words: "goes on in another flow", sign: "tab"}},
		{quiet, legendItem{words: "when something goes amiss", sign: "quiet"}},
		{wrong, legendItem{words: "something is wrong here", sign: "red"}},
	} {
		if one.shows {
			l.items = append(l.items, one.item)
		}
	}
	return l
}

func (i legendItem) width() float64 { return 34 + width(i.words, legendFont) + 22 }

// each gives every item its place, row by row.
func (l legend) each(wide float64, visit func(legendItem, float64, float64)) (rows int) {
	x, y := margin, 0.0
	for _, item := range l.items {
		if x > margin && x+item.width() > wide-margin+22 {
			x, y = margin, y+24
		}
		visit(item, x, y)
		x += item.width()
	}
	return int(y/24) + 1
}

func (l legend) height(wide float64) float64 {
	return 24 * float64(l.each(wide, func(legendItem, float64, float64) {}))
}

func (l legend) draw(w *svg, top, wide float64) {
	w.put("<g class=\"legend\" transform=\"translate(0 %.1f)\">\n", top)
	l.each(wide, func(i legendItem, x, y float64) {
		y += 10
		switch i.sign {
		case "kind":
			w.put("<g class=\"%s\">", i.kind.name)
			w.icon(i.kind.icon, x+14, y)
			w.put("</g>")
		case "end":
			w.put("<circle class=\"end\" cx=\"%.1f\" cy=\"%.1f\" r=\"6\"/><circle class=\"stop\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>", x+14, y, x+14, y)
		case "tab":
			w.tab(x+1, y, 26)
		case "quiet":
			w.put("<path class=\"line quiet\" d=\"M%.1f %.1fh26\"/>", x, y)
		case "red":
			w.put("<g class=\"red cut\"><rect class=\"shape\" x=\"%.1f\" y=\"%.1f\" width=\"24\" height=\"14\"/></g>", x+1, y-7)
		}
		w.text("label", x+34, y+4, i.words)
	})
	w.put("</g>\n")
}
