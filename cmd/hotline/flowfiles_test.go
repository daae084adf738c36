package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Commands take the flows inside this program for proved: they are, and those of a folder are proved each time.
func TestFlowsOfThisProgramAreProved(t *testing.T) {
	used, err := Config{}.loadFlows()
	if err != nil {
		t.Fatal(err)
	}
	proved, err := Config{}.proveFlows()
	if err != nil {
		t.Fatal(err)
	}
	if used.Hash() != proved.Hash() {
		t.Error("those that are used are not those that are proved")
	}
	folder := t.TempDir()
	circle := "steps:\n  a: {say: {en: One, es: Uno}, then: b}\n  b: {say: {en: Two, es: Dos}, then: a}\n"
	if err := os.WriteFile(filepath.Join(folder, "circle.yaml"), []byte(circle), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := (Config{Flows: folder}).loadFlows(); err == nil || !strings.Contains(err.Error(), "circle.yaml") {
		t.Errorf("a circle in a folder of flows is %v", err)
	}
}
