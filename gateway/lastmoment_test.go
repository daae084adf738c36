package gateway

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// handsOver are the functions of this room that give something to the carrier for a phone which has not just reached us (a text, a call, a number
// to dial), or learn the number for it, and how each asks the ledger: by itself, or by what it calls first.
var handsOver = map[string][]string{
	"sendWorker.Work": {"take", "Allowed"}, // the only one who calls hand
	"hand":            nil,                 // carries out what take has let through
	"place":           nil,                 // carries out what send has let through, by stillMay, which asks the ledger once more (TestABroadcastHoldsBack)
	"send":            nil,                 // a call: carries out what draw has let through: DrawCalls, in the store, asks in its statement (TestACallAsksAtTheLastMoment)
	"nextTry":         {"Allowed"},         // says when; draw asks again then
	"take":            {"Allowed"},
	"takeDanger":      {"Allowed"},
	"mayRingBack":     {"MayCallBack"}, // in the store, which asks Allowed
	"dial":            {"Allowed"},
	"ringBack":        {"mayRingBack", "Allowed"}, // the only one who calls mayRingBack
}

// carrierHands are the calls by which they are recognised.
var carrierHands = []string{"Place", "Call", "hand", "Number", "DutyPhone", "mayRingBack"}

// TestEverySendAsksTheLedger reads this room's source: whatever places a message or a call, dials a number or opens one stands in the table above,
// and asks the consent ledger before it does. A new way out fails here until somebody has thought of it. (The issue: asked at the last moment
// before each send.)
func TestEverySendAsksTheLedger(t *testing.T) {
	files := token.NewFileSet()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, path := range names {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			hands, asks := waysOut(f.Body)
			if hands == token.NoPos {
				continue
			}
			name := f.Name.Name
			if name == "Work" {
				name = f.Recv.List[0].Type.(*ast.StarExpr).X.(*ast.Ident).Name + ".Work"
			}
			found[name] = true
			how, known := handsOver[name]
			if !known {
				t.Errorf("%s: %s hands something to the carrier, or opens a number for it, and no rule says how it asks the ledger", files.Position(hands), name)
				continue
			}
			if len(how) > 0 && (asks[how[0]] == token.NoPos || asks[how[0]] > hands) {
				t.Errorf("%s: %s does not ask by %s before it hands something over", files.Position(hands), name, how[0])
			}
		}
	}
	for name := range maps.Keys(handsOver) {
		if !found[name] {
			t.Errorf("%s hands nothing over any more; take it out of the table", name)
		}
	}
}

// waysOut finds the first place in a function where something leaves, and where it asks for each of the names in the table.
func waysOut(body *ast.BlockStmt) (hands token.Pos, asks map[string]token.Pos) {
	asks = map[string]token.Pos{}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			sel, ok := n.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			of, _ := sel.X.(*ast.SelectorExpr)
			name := sel.Sel.Name
			if asks[name] == token.NoPos {
				asks[name] = n.Pos()
			}
			out := slices.Contains(carrierHands, name)
			if name == "Place" || name == "Call" {
				out = of != nil && of.Sel.Name == "carrier"
			}
			// A number may be looked up before it is asked for, where nothing has left yet; what counts is that it was asked.
			if out && name != "DutyPhone" && (hands == token.NoPos || n.Pos() < hands) {
				hands = n.Pos()
			}
		case *ast.CompositeLit:
			if id, ok := n.Type.(*ast.Ident); ok && id.Name == "Ringing" && hands == token.NoPos {
				hands = n.Pos()
			}
		}
		return true
	})
	return hands, asks
}
