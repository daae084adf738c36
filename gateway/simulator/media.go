package simulator

import "time"

// medium is a picture or sound that came with a text.
type medium struct {
	Media
	sid     string
	message string // its message's SID
	at      time.Time
	deleted bool // by the line's owner. The phone that sent it has it still
}

func (c *Company) storeMedia(item Media) string {
	sid := newSID("ME")
	c.mu.Lock()
	defer c.mu.Unlock()
	c.media.put(sid, &medium{Media: item, sid: sid, at: c.now()})
	return sid
}

// ownMedia notes which message media came with.
func (c *Company) ownMedia(m *message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, sid := range m.media {
		if item, ok := c.media.get(sid); ok {
			item.message = m.sid
		}
	}
}

// deleteMedia deletes one, for the line's owner. It needs the lock.
func (c *Company) deleteMedia(sid string) {
	if item, ok := c.media.get(sid); ok {
		item.deleted = true
	}
}

// medium is one as the phone has it that sent it.
func (c *Company) medium(sid string) (medium, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m, ok := c.media.get(sid); ok {
		return *m, true
	}
	return medium{}, false
}
