package flows

import (
	"errors"
	"io/fs"
)

// Set is a set of flows that passed every check. It never changes and may be used by many goroutines.
type Set struct{}

var errStub = errors.New("flows: being written")

// Load reads every *.yaml of a folder. Its error is Findings.
func Load(fsys fs.FS, v Vocabulary) (*Set, error) { return nil, errStub }

// LoadFiles reads flows from their text by file name, as Files gives it.
func LoadFiles(files map[string]string, v Vocabulary) (*Set, error) { return nil, errStub }

// Hash names the set: sha256 in hex over all files.
func (s *Set) Hash() string { return "" }

// Files is the text of every YAML file, by name.
func (s *Set) Files() map[string]string { return nil }

// Facts names what the flow, and whatever may be started from any place, may read. "" is the front door.
func (s *Set) Facts(flow string) []string { return nil }

// Languages are those the set speaks, in its order.
func (s *Set) Languages() []Lang { return nil }

// Next is the engine.
func (s *Set) Next(st State, in Input, env Env) (Output, error) { return Output{}, errStub }

// Words gives a phrase of words.yaml as it is written in a text; Spoken as it is said on a call.
func (s *Set) Words(name string, l Lang, v map[string]Value) string { return "" }

// Spoken gives a phrase of words.yaml as it is said on a call.
func (s *Set) Spoken(name string, l Lang, v map[string]Value) string { return "" }

// Talk is one transcript.
type Talk struct{}

// ParseTalk reads a .talk file.
func ParseTalk(name, src string) (*Talk, error) { return nil, errStub }

// Run plays a transcript against the set.
func (s *Set) Run(talk *Talk) error { return errStub }
