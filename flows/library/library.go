// Package library holds the flows themselves, in YAML, and their transcripts, as files. It interprets nothing: package flows reads
// them, against the vocabulary that the gateway offers.
package library

import "embed"

// Files holds one .yaml per flow, words.yaml, one .talk per flow, and the age of the translations.
//
//go:embed *.yaml *.talk translations.lock
var Files embed.FS
