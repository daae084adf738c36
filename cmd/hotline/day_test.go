package main

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

// A day on the line: what workers do on it stands in the records afterwards, once, whatever happened to the hotline meanwhile; and of
// who they are and what they told, nothing stands anywhere in clear.
func TestADayOnTheLine(t *testing.T) {
	v := newTown(t, time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC), "en", "es") // noon in New York
	var told []string
	var work sync.WaitGroup
	for i := range 6 {
		words := fmt.Sprintf("Halle %d has no air since the compressor broke", i)
		told = append(told, words)
		p := v.person(fmt.Sprintf("+1212555%04d", 110+i))
		work.Go(func() { p.wants(words, "We have it.") })
	}
	time.Sleep(20 * time.Millisecond)
	v.killed()
	work.Wait()
	for i := range 3 {
		p := v.person(fmt.Sprintf("+1347555%04d", 110+i))
		work.Go(func() {
			c := p.calls().chooses("español").chooses("contarnos").records(20, "se cayó el techo", "#")
			if i == 0 {
				c.hangup()
				return
			}
			c.chooses("guardarlo").chooses("español").hears("Ya lo tenemos").hangup()
		})
	}
	work.Wait()
	v.until(9, "select count(*) from reports")
	v.until(3, "select count(*) from media where state = 'kept'")
	v.traces(append(told, "2125550110", "3475550110", "se cayó el techo")...)
}
