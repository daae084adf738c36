// Package library holds the flows themselves, in YAML, and their transcripts, as files. It interprets nothing: package flows reads
// them, against the vocabulary that the gateway offers.
package library

import "embed"

// Files holds one .yaml per flow, words.yaml, and one .talk per flow.
//
//go:embed *.yaml *.talk
var Files embed.FS
