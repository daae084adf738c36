package conversation_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"hotline/store/conversation"
	"hotline/store/storetest"
)

// Whoever takes, and however often, a line gives no more than its pace and what stands in the bucket; the in-process Redis and a cluster
// are as strict as a real one.
func TestPace(t *testing.T) {
	for name, url := range map[string]func(*testing.T) string{
		"in-process": func(t *testing.T) string { return storetest.MiniRedis(t).URL() },
		"real":       func(t *testing.T) string { return storetest.Redis(t, false).URL() },
		"cluster":    func(t *testing.T) string { return storetest.Redis(t, true).URL() + "?cluster=true" },
	} {
		t.Run(name, func(t *testing.T) {
			client, err := conversation.Open(url(t))
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			s := conversation.New(client, time.Hour)
			take := func(line uuid.UUID, want int) (int, time.Duration) {
				t.Helper()
				got, err := s.TakePace(t.Context(), line, conversation.Want{Pace: 1000, Most: want})
				if err != nil {
					t.Fatal(err)
				}
				return got.Segments, got.In
			}
			line, other := uuid.New(), uuid.New()
			if n, wait := take(line, 10); n != 0 || wait <= 0 || wait > 10*time.Millisecond {
				t.Errorf("an empty bucket gave %d, and asks to wait %v", n, wait)
			}
			began, total := time.Now(), 0
			for time.Since(began) < 400*time.Millisecond {
				n, wait := take(line, 50)
				total += n
				time.Sleep(wait)
			}
			if most := int(time.Since(began).Seconds()*1000) + 20; total > most || total < most/4 {
				t.Errorf("it gave %d in %v, at 1000 a second", total, time.Since(began))
			}
			if err := s.OwePace(t.Context(), line, 1000, 5000); err != nil {
				t.Fatal(err)
			}
			if n, wait := take(line, 1); n != 0 || wait < 4*time.Second {
				t.Errorf("with 5000 owed it gave %d, and asks to wait %v", n, wait)
			}
			ahead := conversation.Want{Pace: 10, Most: 200, Least: 50, Ahead: 10 * time.Second}
			whole, third := uuid.New(), uuid.New()
			if got, err := s.TakePace(t.Context(), third, ahead); err != nil || got.Segments != 100 || got.In > 100*time.Millisecond {
				t.Errorf("ahead of time it gave %+v, %v", got, err)
			}
			if got, err := s.TakePace(t.Context(), third, ahead); err != nil || got.Segments != 0 || got.In <= 3*time.Second || got.In > 5*time.Second {
				t.Errorf("again at once it gave %+v, %v, though 50 at the least were wanted", got, err)
			}
			if err := s.OwePace(t.Context(), third, 10, -60); err != nil {
				t.Fatal(err)
			}
			if got, err := s.TakePace(t.Context(), third, ahead); err != nil || got.Segments < 60 || got.Segments > 80 || got.In <= 2*time.Second || got.In > 4*time.Second {
				t.Errorf("and then, with 60 given back, %+v, %v: what it gives goes out behind what it gave before", got, err)
			}
			if got, err := s.TakePace(t.Context(), whole, conversation.Want{Pace: 1, Most: 3, Least: 3, Ahead: time.Second}); err != nil || got.Segments != 0 || got.In < 900*time.Millisecond {
				t.Errorf("of a slow line, three together: %+v, %v", got, err)
			}
			if n, wait := take(other, 1); n != 0 || wait > 10*time.Millisecond {
				t.Errorf("another line gave %d, and asks to wait %v", n, wait)
			}
		})
	}
}
