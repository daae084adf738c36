package store

import "fmt"

// Refusal is an error that is nobody's fault and no surprise: somebody asked for what does not exist or the rules forbid. It is a
// sentence for the person who asked, and says what to do instead. Flows get outcomes; commands and pages get these.
type Refusal string

func (r Refusal) Error() string { return string(r) }

func refuse(format string, args ...any) error { return Refusal(fmt.Sprintf(format, args...)) }
