package simulator

import (
	"bytes"
	"encoding/binary"
)

// sampleRate is that of a telephone line.
const sampleRate = 8000

// wav synthesises a recording: mono, 8 kHz, 16 bits, a triangle wave of 400 Hz. It depends
// on nothing but the seconds, so that equal recordings are equal bytes.
func wav(seconds int) []byte {
	samples := seconds * sampleRate
	var b bytes.Buffer
	b.Grow(44 + 2*samples)
	put := func(v any) { binary.Write(&b, binary.LittleEndian, v) } // a bytes.Buffer never fails
	b.WriteString("RIFF")
	put(uint32(36 + 2*samples))
	b.WriteString("WAVEfmt ")
	put(uint32(16))                           // size of the format
	put([]uint16{1, 1})                       // PCM, mono
	put([]uint32{sampleRate, 2 * sampleRate}) // samples and bytes a second
	put([]uint16{2, 16})                      // bytes a sample, bits a sample
	b.WriteString("data")
	put(uint32(2 * samples))
	pair := make([]byte, 2)
	for i := range samples {
		phase := i % 20 // 8000 samples a second in waves of 20
		level := 400 * min(phase, 20-phase)
		binary.LittleEndian.PutUint16(pair, uint16(int16(level-2000)))
		b.Write(pair)
	}
	return b.Bytes()
}
