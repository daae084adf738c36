package twilio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"hotline/gateway"
)

const (
	fetchTimeout = 45 * time.Second // for one recording or picture
	maxHops      = 4                // from the carrier to where it stores a file
)

// Why a file was not fetched, where trying again does not help.
var (
	ErrElsewhere = fmt.Errorf("this file is not at the carrier: %w", gateway.ErrNever)
	ErrTooLarge  = fmt.Errorf("this file: %w", gateway.ErrTooLarge)
)

// origins are the hosts where the carrier keeps recordings and pictures. Nothing else is ever fetched, and the account's token is
// shown to no other host than that of the API itself.
type origins struct {
	scheme, host string // of the API
	twilio       bool   // the API is Twilio's own, which has several hosts
}

func carrierOrigins(apiURL string) origins {
	if apiURL == "" {
		apiURL = twilioAPI
	}
	u, err := url.Parse(apiURL)
	if err != nil {
		return origins{}
	}
	return origins{scheme: u.Scheme, host: u.Host, twilio: u.Scheme == "https" && isTwilio(u)}
}

func isTwilio(u *url.URL) bool { return strings.HasSuffix(u.Host, ".twilio.com") }

// own tells whether a URL is at the host that may see our credentials.
func (o origins) own(u *url.URL) bool {
	if u.User != nil || u.Host == "" {
		return false
	}
	return u.Scheme == o.scheme && u.Host == o.host || o.twilio && u.Scheme == "https" && isTwilio(u)
}

// trusted tells whether a file may be fetched from a URL.
func (o origins) trusted(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil {
		return false
	}
	return o.own(u) || o.twilio && u.Scheme == "https" && u.User == nil && u.Host == "mms.twiliocdn.com"
}

// FetchMedia brings a recording or a picture: at most max bytes of it, and its type as the carrier names it. It fails with
// gateway.ErrNotYet while the carrier has not got it, with ErrElsewhere or ErrTooLarge where trying again is no use.
func (c *Client) FetchMedia(ctx context.Context, source string, max int64) (data []byte, kind string, err error) {
	if !c.origins.trusted(source) {
		return nil, "", ErrElsewhere
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	res, err := c.follow(ctx, source)
	if err != nil {
		return nil, "", fmt.Errorf("fetching a file from the carrier: %w", err)
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode == http.StatusNotFound:
		return nil, "", gateway.ErrNotYet
	case res.StatusCode != http.StatusOK:
		return nil, "", fmt.Errorf("fetching a file from the carrier: HTTP %d", res.StatusCode)
	case res.ContentLength > max:
		return nil, "", ErrTooLarge
	}
	data, err = io.ReadAll(io.LimitReader(res.Body, max+1))
	if err != nil {
		return nil, "", fmt.Errorf("fetching a file from the carrier: %w", plain(err))
	}
	if int64(len(data)) > max {
		return nil, "", ErrTooLarge
	}
	return data, res.Header.Get("Content-Type"), nil
}

// follow goes where the carrier sends us, which is a storage with a short-lived address of its own: over HTTPS, and without our
// credentials.
func (c *Client) follow(ctx context.Context, source string) (*http.Response, error) {
	for range maxHops {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, source, nil)
		if err != nil {
			return nil, plain(err)
		}
		if c.origins.own(req.URL) {
			req.SetBasicAuth(c.cfg.AccountSID, c.token())
		} else if req.URL.Scheme != "https" || req.URL.User != nil {
			return nil, ErrElsewhere
		}
		res, err := c.http.Do(req)
		if err != nil {
			return nil, plain(err)
		}
		next, err := res.Location()
		if res.StatusCode < 300 || res.StatusCode > 399 || err != nil {
			return res, nil
		}
		res.Body.Close()
		source = next.String()
	}
	return nil, errors.New("it was redirected too often")
}
