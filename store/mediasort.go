package store

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
)

// sniff tells what a file is by its first bytes: the type of a picture, a sound or a film as phones make them; empty for anything else.
// What its sender or the carrier calls it counts for nothing.
func sniff(data []byte) string {
	if kind := isoMedia(data); kind != "" {
		return kind
	}
	switch kind, _, _ := strings.Cut(http.DetectContentType(data), ";"); {
	case kind == "image/x-icon" || kind == "image/svg+xml": // neither comes from a camera, and one of them may hold a program
		return ""
	case strings.HasPrefix(kind, "image/"), strings.HasPrefix(kind, "audio/"), strings.HasPrefix(kind, "video/"):
		return kind
	case kind == "application/ogg":
		return "audio/ogg"
	}
	if bytes.HasPrefix(data, []byte("#!AMR")) { // what old phones record
		return "audio/amr"
	}
	return ""
}

// isoMedia knows what phones of today make: HEIC pictures, MP4 and 3GP films, by the brand that stands behind "ftyp" (ISO/IEC 14496-12).
func isoMedia(data []byte) string {
	if len(data) < 12 || string(data[4:8]) != "ftyp" {
		return ""
	}
	brand := string(data[8:12])
	switch {
	case slices.Contains([]string{"heic", "heix", "hevc", "mif1", "msf1"}, brand):
		return "image/heic"
	case strings.HasPrefix(brand, "avi"):
		return "image/avif"
	case strings.HasPrefix(brand, "3g"):
		return "video/3gpp"
	case strings.HasPrefix(brand, "M4A"):
		return "audio/mp4"
	case strings.HasPrefix(brand, "qt"):
		return "video/quicktime"
	}
	return "video/mp4"
}
