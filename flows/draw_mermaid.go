package flows

import (
	"fmt"
	"strings"
)

// Mermaid is the flow as a flowchart in Mermaid's words, with what the picture shows: steps, ways with their labels, ends, other
// flows, and what is wrong in red.
func (d *Drawing) Mermaid() string {
	m := &strings.Builder{}
	fmt.Fprintf(m, "flowchart TD\n  start([\"%s\"])\n", quoted(d.start.tip))
	if len(d.boxes) > 0 {
		fmt.Fprintf(m, "  start --> %s\n", d.boxes[0].id())
	}
	for _, b := range d.boxes {
		open, shut := b.brackets()
		words := "<b>" + quoted(b.step.name) + "</b> " + quoted(b.kind.word)
		for _, line := range b.lines {
			words += "<br>" + quoted(line)
		}
		for _, wrong := range b.wrong {
			words += "<br>" + quoted(wrong)
		}
		fmt.Fprintf(m, "  %s%s\"%s\"%s:::%s\n", b.id(), open, words, shut, b.mermaidClass())
		for i := range b.rows {
			b.rows[i].mermaid(m, b, i)
		}
	}
	m.WriteString(`  classDef ask fill:#eef6fc,stroke:#2b6590,color:#1f2933
  classDef say fill:#fafbfc,stroke:#596673,color:#1f2933
  classDef do fill:#fff6df,stroke:#8a5a00,color:#1f2933
  classDef branch fill:#f4f0fb,stroke:#64528f,color:#1f2933
  classDef set fill:#f3f4f6,stroke:#596673,color:#1f2933
  classDef other fill:#ecf8f1,stroke:#23704f,color:#1f2933
  classDef red fill:#fdecea,stroke:#b3261e,stroke-width:3px,color:#b3261e
`)
	return m.String()
}

// id names a step; the prefix keeps it apart from Mermaid's own words.
func (b *box) id() string { return "s_" + plainID(b.step.name) }

func plainID(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, name)
}

func (b *box) brackets() (open, shut string) {
	switch b.kind.name {
	case "ask":
		return "([", "])"
	case "say":
		return "(", ")"
	case "branch":
		return "{{", "}}"
	case "set":
		return "[/", "/]"
	}
	return "[", "]"
}

func (b *box) mermaidClass() string {
	if b.red() {
		return "red"
	}
	return b.kind.name
}

// mermaid writes one way on. Ends and other flows are nodes of their own for each, so that no line runs across the whole chart.
func (r *row) mermaid(m *strings.Builder, b *box, i int) {
	to := fmt.Sprintf("w_%s_%d", plainID(b.step.name), i)
	switch r.leads {
	case toStep:
		to = r.box.id()
	case toEnd:
		fmt.Fprintf(m, "  %s((\"end\"))\n", to)
	case toFlow:
		fmt.Fprintf(m, "  %s[[\"%s\"]]\n", to, quoted(r.chip))
	case nowhere:
		fmt.Fprintf(m, "  %s[\"%s\"]:::red\n", to, quoted(r.chip))
	}
	arrow := "-->"
	if r.quiet {
		arrow = "-.->"
	}
	label := ""
	if !b.plain {
		words := r.label
		if r.mark != "" && r.mark != "o" {
			words = r.mark + " " + words
		}
		if r.aside != "" {
			words += " (" + r.aside + ")"
		}
		label = "|\"" + quoted(words) + "\"|"
	}
	fmt.Fprintf(m, "  %s %s%s %s\n", b.id(), arrow, label, to)
}

// quoted makes words fit to stand between quotes: Mermaid writes signs of its own as entities, and reads words beginning like a list
// as one.
func quoted(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
	return strings.NewReplacer("#", "#35;", `"`, "#quot;", "&", "#amp;", "<", "#lt;", ">", "#gt;", "`", "#96;", "{", "#123;", "}", "#125;",
		";", "#59;", "\\", "#92;", "|", "#124;").Replace(s)
}
