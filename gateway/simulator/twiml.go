package simulator

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
)

// maxDepth bounds nesting; Twilio's grammar needs five.
const maxDepth = 10

// node is one element of a TwiML document.
type node struct {
	name  string
	attrs map[string]string
	text  string // all character data directly inside, untrimmed
	kids  []*node
	words string // character data of this and everything below, in order
	note  string // the comment that stands before it
}

// attr is an attribute's value, or def where it is not given. An attribute given as ""
// counts as given: finishOnKey="" differs from none.
func (n *node) attr(name, def string) string {
	if v, ok := n.attrs[name]; ok {
		return v
	}
	return def
}

// parseTwiML reads a document and holds it against a grammar.
func parseTwiML(a answer, g grammar) (*node, *Problem) {
	switch a.contentType {
	case "text/xml", "application/xml":
	default:
		// Twilio also takes text/html, plain text and audio; a program that answers with
		// those answers by mistake.
		return nil, problem(12300, "content type %q is not TwiML", a.contentType)
	}
	return readTwiML(a.body, g)
}

func readTwiML(body []byte, g grammar) (*node, *Problem) {
	root, fault := parseXML(body)
	if fault != nil {
		return nil, fault
	}
	if root.name != "Response" {
		return nil, problem(12102, "the root element is %s, not Response", root.name)
	}
	if fault := g.check(root); fault != nil {
		return nil, fault
	}
	return root, nil
}

// parseXML builds the tree, refusing what a strict XML parser refuses even where
// encoding/xml is lenient: doubled attributes, a second root, a late declaration.
func parseXML(body []byte) (*node, *Problem) {
	if i := bytes.Index(body, []byte("<?xml")); i > 0 {
		return nil, problem(12100, "something stands before the XML declaration")
	}
	d := xml.NewDecoder(bytes.NewReader(body))
	var root *node
	var open []*node
	note := ""
	for {
		token, err := d.Token()
		if err == io.EOF && root != nil && len(open) == 0 {
			return root, nil
		}
		if err != nil {
			return nil, problem(12100, "document parse failure: %v", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			n, fault := element(t)
			if fault != nil {
				return nil, fault
			}
			n.note, note = note, ""
			switch {
			case len(open) == maxDepth:
				return nil, problem(12100, "elements nest deeper than %d", maxDepth)
			case len(open) > 0:
				parent := open[len(open)-1]
				parent.kids = append(parent.kids, n)
			case root != nil:
				return nil, problem(12100, "a second root element %s", n.name)
			default:
				root = n
			}
			open = append(open, n)
		case xml.EndElement:
			open, note = open[:len(open)-1], ""
		case xml.Comment:
			note = strings.TrimSpace(string(t))
		case xml.CharData:
			if fault := characters(open, string(t)); fault != nil {
				return nil, fault
			}
		case xml.Directive:
			return nil, problem(12100, "a document type declaration is not allowed")
		}
	}
}

func characters(open []*node, text string) *Problem {
	if len(open) == 0 {
		if strings.TrimSpace(text) != "" {
			return problem(12100, "text outside the root element")
		}
		return nil
	}
	open[len(open)-1].text += text
	for _, n := range open {
		n.words += text
	}
	return nil
}

func element(t xml.StartElement) (*node, *Problem) {
	n := &node{name: qualified(t.Name), attrs: map[string]string{}}
	for _, a := range t.Attr {
		name := qualified(a.Name)
		if _, twice := n.attrs[name]; twice {
			return nil, problem(12100, "attribute %s stands twice in %s", name, n.name)
		}
		n.attrs[name] = a.Value
	}
	return n, nil
}

func qualified(name xml.Name) string {
	switch name.Space {
	case "":
		return name.Local
	case "xml", "http://www.w3.org/XML/1998/namespace":
		return "xml:" + name.Local
	}
	return name.Space + ":" + name.Local
}
