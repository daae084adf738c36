package twilio

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	openapi "github.com/twilio/twilio-go/rest/api/v2010"

	"hotline/gateway"
)

const (
	listPage   = 200              // a page of the longest texts stays below maxReply
	listTries  = 4                // of one page, where the carrier is busy
	longestAsk = 20 * time.Second // that a busy carrier is waited for
)

// ListMessages hands each message of the carrier's books to a function, page by page. It returns nil only when every page was read: what was
// handed out before an error is a part of the list, and nobody knows which. A message may be handed out twice, where the books change
// meanwhile. Where the carrier is busy it is asked again, when it says.
func (c *Client) ListMessages(ctx context.Context, f gateway.ListFilter, each func(gateway.Listed) error) error {
	params := new(openapi.ListMessageParams).SetPageSize(listPage)
	if f.To != "" {
		params.SetTo(f.To)
	}
	if f.From != "" {
		params.SetFrom(f.From)
	}
	if !f.Since.IsZero() {
		params.SetDateSentAfter(f.Since.UTC().Truncate(24 * time.Hour))
	}
	if !f.Until.IsZero() { // the next midnight, whether or not that day itself is among them
		params.SetDateSentBefore(f.Until.UTC().Truncate(24 * time.Hour).Add(24 * time.Hour))
	}
	next := pageOf{}
	for {
		got, err := c.listedPage(ctx, params, next)
		if err != nil {
			return fmt.Errorf("listing messages: %w", err)
		}
		for _, m := range got.Messages {
			l, err := listed(m)
			if err != nil {
				return fmt.Errorf("listing messages: %w", err)
			}
			if err := each(l); err != nil {
				return err
			}
		}
		more, err := next.after(got.NextPageUri)
		if err != nil || !more {
			return err
		}
	}
}

// pageOf is where a list goes on. Only its token and number are taken from the carrier: the rest of the address is ours.
type pageOf struct{ token, number string }

var errSamePage = errors.New("listing messages: the carrier's list goes in a circle")

func (p *pageOf) after(uri *string) (more bool, err error) {
	if deref(uri) == "" {
		return false, nil
	}
	u, err := url.Parse(*uri)
	if err != nil {
		return false, errors.New("listing messages: the carrier names no next page")
	}
	at := pageOf{u.Query().Get("PageToken"), u.Query().Get("Page")}
	if at == *p || at.token == "" {
		return false, errSamePage
	}
	*p = at
	return true, nil
}

// listedPage is one page of a list, asked for again where the carrier was busy.
func (c *Client) listedPage(ctx context.Context, params *openapi.ListMessageParams, at pageOf) (*openapi.ListMessageResponse, error) {
	for tries := 1; ; tries++ {
		got, err := c.onePage(ctx, params, at)
		var api *apiError
		if err == nil || tries >= listTries || !errors.As(err, &api) || api.status != http.StatusTooManyRequests {
			return got, err
		}
		wait := max(api.wait, time.Duration(tries)*time.Second/2)
		if wait > longestAsk {
			return nil, err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (c *Client) onePage(ctx context.Context, params *openapi.ListMessageParams, at pageOf) (*openapi.ListMessageResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	got, err := c.api(ctx).PageMessage(params, at.token, at.number)
	if api := (*apiError)(nil); err != nil && !errors.As(err, &api) {
		return nil, plain(err)
	}
	return got, err
}

// listed takes what counts of a message. One without an id or a time cannot be told from others.
func listed(m openapi.ApiV2010Message) (gateway.Listed, error) {
	l := gateway.Listed{
		ID: deref(m.Sid), To: deref(m.To), From: deref(m.From), Body: deref(m.Body), Direction: deref(m.Direction), Status: deref(m.Status),
	}
	if m.ErrorCode != nil {
		l.Code = *m.ErrorCode
	}
	other := l.To
	if l.Direction == "inbound" {
		other = l.From
	}
	l.Phone = caller(other)
	var err error
	if l.Created, err = time.Parse(time.RFC1123Z, deref(m.DateCreated)); err != nil || !isSID(l.ID) {
		return l, errors.New("the carrier listed a message without an id or a time")
	}
	if n, err := strconv.Atoi(deref(m.NumMedia)); err == nil {
		l.Media = n
	}
	return l, nil
}

// MediaOf lists the files that came with a message, at most as many as one may carry.
func (c *Client) MediaOf(ctx context.Context, sid string) (files []gateway.Media, err error) {
	if !isSID(sid) {
		return nil, errors.New("listing the files of a message: the carrier has no such id")
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	got, err := c.api(ctx).PageMedia(sid, new(openapi.ListMediaParams).SetPageSize(maxMedia), "", "")
	if err != nil {
		return nil, fmt.Errorf("listing the files of a message: %w", err)
	}
	for _, m := range got.MediaList[:min(len(got.MediaList), maxMedia)] {
		if id := deref(m.Sid); isSID(id) {
			files = append(files, gateway.Media{URL: c.mediaURL(sid, id), Type: deref(m.ContentType)})
		}
	}
	return files, nil
}

// mediaURL is where a file lies that came with a message.
func (c *Client) mediaURL(message, media string) string {
	return c.base + "/2010-04-01/Accounts/" + c.cfg.AccountSID + "/Messages/" + message + "/Media/" + media
}
