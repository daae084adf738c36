package flows

import (
	"fmt"
	"slices"
	"strings"
)

// svg is a picture being written.
type svg struct{ strings.Builder }

// SVG is the flow as a picture by itself: text stays text, no script, no font, a white ground. The same flow always gives the same
// bytes.
func (d *Drawing) SVG() []byte {
	y := d.laidOut()
	top := d.headHeight()
	legend := d.legend()
	wide := max(y.width+margin, legendLeast)
	legendAt := top + y.height + 40
	high := legendAt + legend.height(wide) + margin
	w := &svg{}
	w.put(`<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" role="img" aria-labelledby="title desc">`, wide, high, wide, high)
	w.put("\n<title id=\"title\">%s</title>\n<desc id=\"desc\">%s</desc>\n<style>%s</style>\n", escaped("The flow "+d.flow.name), escaped(d.summary()), drawStyle)
	w.put("<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n")
	d.drawHead(w)
	w.put("<g transform=\"translate(0 %.1f)\">\n", top)
	y.drawLines(w)
	for _, layer := range y.layers {
		for _, s := range layer {
			if s.box != nil {
				d.drawBox(w, y, s)
			}
		}
	}
	y.drawArrows(w)
	w.put("</g>\n")
	legend.draw(w, legendAt, wide)
	w.put("</svg>\n")
	return []byte(w.String())
}

// laidOut measures every box and gives everything its place.
func (d *Drawing) laidOut() *layout {
	for i, b := range d.boxes {
		b.above = 0
		if i == 0 {
			b.above = d.start.height()
		}
		b.measure()
	}
	y := d.layers()
	y.arrange()
	y.place(margin)
	y.starts = y.bands()
	left := margin + y.rails()
	if left > margin || slices.ContainsFunc(y.hooks, func(h hook) bool { return h.entering && h.box.layer == 0 }) {
		left += hookReach
	}
	y.fold(left)
	return y
}

const drawStyle = `
text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","DejaVu Sans",Arial,sans-serif;font-size:11.5px;fill:#1f2933}
.code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:10.5px}
.flow{font-size:22px;font-weight:600}.sub{font-size:12px;fill:#52606d}
.name{font-size:13px;font-weight:600}.kind,.aside{font-size:10px;fill:#66727f}.mark{font-size:10px;text-anchor:middle}
.shape{stroke-width:1.3}.rule{stroke-width:.7;opacity:.55}
.ask .shape,.ask .rule,.ask .ring{stroke:#2b6590}.ask .shape{fill:#eef6fc}.ask .icon{fill:#2b6590}
.say .shape,.say .rule{stroke:#596673}.say .shape{fill:#fafbfc}.say .icon{fill:#596673}
.do .shape,.do .rule{stroke:#8a5a00}.do .shape{fill:#fff6df}.do .icon{fill:#8a5a00}
.branch .shape,.branch .rule{stroke:#64528f}.branch .shape{fill:#f4f0fb}.branch .icon{fill:#64528f}
.set .shape,.set .rule{stroke:#596673}.set .shape{fill:#f3f4f6}.set .icon{fill:#596673}
.other .shape,.other .rule{stroke:#23704f}.other .shape{fill:#ecf8f1}.other .icon{fill:#23704f}
.ring{fill:#fff;stroke-width:1}.glyph{fill:none;stroke:#fff;stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}
.line{fill:none;stroke:#3d4852;stroke-width:1.4}.line.quiet{stroke:#7b8794;stroke-width:1;stroke-dasharray:4 3}
.tip{fill:#3d4852}.tip.quiet{fill:#7b8794}.end{fill:#fff;stroke:#3d4852;stroke-width:1.4}.stop{fill:#3d4852}
.quiet text.label,.quiet .label{fill:#66727f}.tab{fill:#fff;stroke:#3d4852;stroke-width:1.2}.quiet .tab,.quiet .end{stroke:#7b8794;stroke-width:1;stroke-dasharray:3 2}.quiet .stop{fill:#7b8794}
.chip{font-size:11px;font-weight:600}.quiet .chip{font-weight:400;fill:#66727f}
.start{fill:#1f2933}.starts{font-size:11px;font-weight:600}
.red .shape,.red .tab{stroke:#b3261e;stroke-width:2.4}.way.red .line{stroke:#b3261e}.way.red .label{fill:#b3261e}.cut .shape{fill:#fdecea;stroke-dasharray:7 3}.red .chip,.wrong{fill:#b3261e;font-weight:600}.red .tab{fill:#fdecea}
.wrong{font-size:10px}`

func (w *svg) put(format string, args ...any) { fmt.Fprintf(w, format, args...) }

// text puts one line of words; their left end is at x.
func (w *svg) text(class string, x, y float64, words string) {
	w.put("<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>\n", class, x, y, escaped(words))
}

func escaped(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r == 0xFFFE || r == 0xFFFF {
			return -1 // XML has no way to write these
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;").Replace(s)
}

// summary tells in words what the picture shows.
func (d *Drawing) summary() string {
	s := fmt.Sprintf("%d steps, beginning with %s.", len(d.boxes), d.start.tip)
	if n := d.Red(); n > 0 {
		s += fmt.Sprintf(" %d of its places are in red: something is wrong there.", n)
	}
	for _, b := range d.boxes {
		s += fmt.Sprintf("\n%s %s", b.step.name, b.kind.word)
		for i, r := range b.rows {
			s += map[bool]string{true: ": ", false: "; "}[i == 0]
			s += strings.TrimSpace(r.spoken(b) + " to " + r.destination())
		}
		s += "."
	}
	return s
}

// destination names where a row leads.
func (r *row) destination() string {
	switch {
	case r.box != nil:
		return r.box.step.name
	case r.leads == toEnd:
		return "the end"
	case r.leads == toFlow:
		return "the flow " + r.chip
	}
	return "nowhere (" + r.chip + ")"
}

func (d *Drawing) headHeight() float64 { return 84 + noteSize*float64(len(d.headNotes())) }

func (d *Drawing) headNotes() []string {
	var all []string
	for _, w := range d.wrong {
		all = append(all, wrapped(w, wordsFont, legendLeast-2*margin, 2)...)
	}
	return all
}

// drawHead puts the flow's name and what it is given.
func (d *Drawing) drawHead(w *svg) {
	w.text("flow", margin, 44, d.flow.name)
	var given []string
	for _, t := range d.flow.takes {
		given = append(given, t.name)
	}
	sub := fmt.Sprintf("%d steps", len(d.boxes))
	if len(d.boxes) == 1 {
		sub = "1 step"
	}
	if len(given) > 0 {
		sub += " · may be given " + strings.Join(given, ", ")
	}
	w.text("sub", margin, 62, sub)
	for i, line := range d.headNotes() {
		w.text("wrong", margin, 78+noteSize*float64(i), line)
	}
}

// drawLines draws what runs between the boxes.
func (y *layout) drawLines(w *svg) {
	for _, layer := range y.layers {
		for _, s := range layer {
			if s.box == nil {
				w.put("<path class=\"%s\" d=\"M%.1f %.1fH%.1f\"/>\n", lineClass(y.quietLane(s)), y.left[s.layer], s.top, y.right[s.layer])
			}
		}
	}
	for _, l := range y.links {
		w.put("<path class=\"%s\" d=\"%s\"/>\n", lineClass(l.quiet), y.linkPath(l))
	}
	for _, h := range y.hooks {
		w.put("<path class=\"%s\" d=\"%s\"/>\n", lineClass(h.quiet), y.hookPath(h))
	}
}

func lineClass(quiet bool) string {
	if quiet {
		return "line quiet"
	}
	return "line"
}

func (y *layout) quietLane(s *spot) bool {
	return slices.ContainsFunc(s.ins, func(l *link) bool { return l.quiet }) || slices.ContainsFunc(s.outs, func(l *link) bool { return l.quiet }) ||
		slices.ContainsFunc(s.hooks, func(h hook) bool { return h.quiet })
}

// linkPath leaves a box along its row, past what hangs on other rows, and bends only between the layers.
func (y *layout) linkPath(l *link) string {
	if t, ok := y.turns[l]; ok {
		return y.turned(l, t)
	}
	a, b := y.linkEnds(l)
	path := ""
	if l.from.box != nil {
		path = fmt.Sprintf("M%.1f %.1fH%.1f", y.left[l.from.layer]+boxWidth, a[1], a[0])
	} else {
		path = fmt.Sprintf("M%.1f %.1f", a[0], a[1])
	}
	if a[1] == b[1] {
		return path + fmt.Sprintf("H%.1f", b[0])
	}
	mid := (a[0] + b[0]) / 2
	return path + fmt.Sprintf("C%.1f %.1f %.1f %.1f %.1f %.1f", mid, a[1], mid, b[1], b[0], b[1])
}

// linkEnds is where a link bends off and where it arrives.
func (y *layout) linkEnds(l *link) (a, b [2]float64) {
	a = [2]float64{y.right[l.from.layer], l.from.top + l.leaves}
	b = [2]float64{y.left[l.to.layer], l.to.top + l.arrives}
	if l.to.box != nil {
		b[0] -= arrowSize
	}
	return a, b
}

// hookPath turns round beside a layer.
func (y *layout) hookPath(h hook) string {
	at := h.box.top + h.at
	reach := min(hookReach, 14+0.12*max(at-h.lane.top, h.lane.top-at))
	if h.entering {
		x := y.left[h.box.layer]
		return fmt.Sprintf("M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f", x, h.lane.top, x-reach*1.1, h.lane.top, x-reach*1.1-arrowSize, at, x-arrowSize, at)
	}
	x := y.right[h.box.layer]
	return fmt.Sprintf("M%.1f %.1fH%.1fC%.1f %.1f %.1f %.1f %.1f %.1f", y.left[h.box.layer]+boxWidth, at, x, x+reach*4/3, at, x+reach*4/3, h.lane.top, x, h.lane.top)
}

const arrowSize = 8.0

// drawArrows puts one head where lines come into a box; it is quiet if all of them are.
func (y *layout) drawArrows(w *svg) {
	for _, layer := range y.layers {
		for _, s := range layer {
			if s.box == nil {
				continue
			}
			loud, any := false, false
			for _, l := range s.ins {
				loud, any = loud || !l.quiet, true
			}
			for _, h := range s.hooks {
				if h.entering {
					loud, any = loud || !h.quiet, true
				}
			}
			if any {
				w.arrow(y.left[s.layer], s.top+s.box.port(), !loud)
			}
		}
	}
}

// arrow is a head whose point is at x, y.
func (w *svg) arrow(x, y float64, quiet bool) {
	class := "tip"
	if quiet {
		class = "tip quiet"
	}
	w.put("<path class=\"%s\" d=\"M%.1f %.1fl-9 -4.5v9z\"/>\n", class, x, y)
}
