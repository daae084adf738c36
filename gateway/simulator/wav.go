package simulator

import (
	"bytes"
	"encoding/binary"
)

// sampleRate is that of a telephone line.
const sampleRate = 8000

// wav synthesises a recording: mono, 8 kHz, 16 bits, a triangle wave of 400 Hz, and what
// was said as the file's comment (a LIST chunk of kind INFO, entry ICMT). It depends on
// nothing else, so that equal recordings are equal bytes.
func wav(seconds int, words string) []byte {
	samples := seconds * sampleRate
	comment := infoChunk(words)
	var b bytes.Buffer
	b.Grow(44 + 2*samples + len(comment))
	put := func(v any) { binary.Write(&b, binary.LittleEndian, v) } // a bytes.Buffer never fails
	b.WriteString("RIFF")
	put(uint32(36 + 2*samples + len(comment)))
	b.WriteString("WAVEfmt ")
	put(uint32(16))                           // size of the format
	put([]uint16{1, 1})                       // PCM, mono
	put([]uint32{sampleRate, 2 * sampleRate}) // samples and bytes a second
	put([]uint16{2, 16})                      // bytes a sample, bits a sample
	b.WriteString("data")
	put(uint32(2 * samples))
	for i := range samples {
		phase := i % 20 // 8000 samples a second in waves of 20
		level := int16(400*min(phase, 20-phase) - 2000)
		b.Write([]byte{byte(level), byte(level >> 8)})
	}
	b.Write(comment)
	return b.Bytes()
}

func infoChunk(words string) []byte {
	if words == "" {
		return nil
	}
	text := append([]byte(words), 0)
	if len(text)%2 == 1 { // chunks are padded to even sizes
		text = append(text, 0)
	}
	chunk := binary.LittleEndian.AppendUint32([]byte("LIST"), uint32(12+len(text)))
	chunk = append(chunk, "INFOICMT"...)
	chunk = binary.LittleEndian.AppendUint32(chunk, uint32(len(text)))
	return append(chunk, text...)
}

// wavWords is what a file that wav made says was said in it; "" for any other.
func wavWords(data []byte) string {
	i := bytes.LastIndex(data, []byte("INFOICMT"))
	if i < 0 || i+12 > len(data) {
		return ""
	}
	size := int(binary.LittleEndian.Uint32(data[i+8:]))
	if size > len(data)-i-12 {
		return ""
	}
	return string(bytes.TrimRight(data[i+12:i+12+size], "\x00"))
}
