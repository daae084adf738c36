package simulator

import (
	"net/http"
	"slices"
	"strings"
)

func (m *medium) show(c *Company) any {
	return map[string]any{
		"sid": m.sid, "account_sid": c.account, "parent_sid": m.message, "content_type": m.ContentType,
		"date_created": date(m.at), "date_updated": date(m.at), "uri": c.uri("/Messages/" + m.message + "/Media/" + m.sid + ".json"),
	}
}

func (c *Company) listMedia(r *http.Request) (reply, *apiError) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m, known := c.messages.get(sidOf(r, "sid"))
	if !known {
		return reply{}, notFound(r)
	}
	var found []*medium
	for _, sid := range m.media {
		if item, kept := c.media.get(sid); kept && !item.deleted {
			found = append(found, item)
		}
	}
	return page(r, "media_list", found, func(m *medium) string { return m.sid }, func(m *medium) any { return m.show(c) })
}

// getMedium serves the description (.json) or the thing itself.
func (c *Company) getMedium(r *http.Request) (reply, *apiError) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m, known := c.media.get(sidOf(r, "media"))
	if !known || m.deleted || m.message != sidOf(r, "sid") {
		return reply{}, notFound(r)
	}
	if strings.HasSuffix(r.URL.Path, ".json") {
		return reply{json: m.show(c)}, nil
	}
	raw := m.Data
	if raw == nil {
		raw = []byte{}
	}
	return reply{contentType: m.ContentType, raw: raw}, nil
}

func (c *Company) deleteMedium(r *http.Request) (reply, *apiError) {
	c.mu.Lock()
	defer c.mu.Unlock()
	item, known := c.media.get(sidOf(r, "media"))
	if !known || item.deleted || item.message != sidOf(r, "sid") {
		return reply{}, notFound(r)
	}
	m, kept := c.messages.get(item.message)
	if kept && !c.settled(m) {
		return reply{}, tooSoon()
	}
	c.deleteMedia(item.sid)
	if kept {
		m.media = slices.DeleteFunc(m.media, func(sid string) bool { return sid == item.sid })
	}
	return reply{}, nil
}
