// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** What can become of bytes on their way; each by chance. */
enum Mutation {
  BITS {
    @Override
    byte[] of(byte[] bytes, Random random) {
      byte[] changed = bytes.clone();
      for (int hits = 1 + random.nextInt(4); hits > 0 && changed.length > 0; hits--) {
        changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
      }
      return changed;
    }
  },
  BYTES {
    @Override
    byte[] of(byte[] bytes, Random random) {
      byte[] changed = bytes.clone();
      for (int hits = 1 + random.nextInt(3); hits > 0 && changed.length > 0; hits--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      return changed;
    }
  },
  CUT {
    @Override
    byte[] of(byte[] bytes, Random random) {
      return Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
    }
  },
  LONGER {
    @Override
    byte[] of(byte[] bytes, Random random) {
      return put(bytes, bytes.length, 0, noise(1 + random.nextInt(64), random));
    }
  },
  /** Some bytes taken out of the middle, so that those behind are read as something else. */
  GAP {
    @Override
    byte[] of(byte[] bytes, Random random) {
      int from = random.nextInt(bytes.length + 1);
      return put(bytes, from, 1 + random.nextInt(16), new byte[0]);
    }
  },
  REPEATED {
    @Override
    byte[] of(byte[] bytes, Random random) {
      int from = random.nextInt(bytes.length + 1);
      int to = Math.min(bytes.length, from + 1 + random.nextInt(64));
      return put(bytes, from, 0, Arrays.copyOfRange(bytes, from, to));
    }
  },
  /** What stands for a length, or a huge number, in one of the usual encodings. */
  NUMBER {
    @Override
    byte[] of(byte[] bytes, Random random) {
      byte[] number = NUMBERS.get(random.nextInt(NUMBERS.size()));
      int replaced = random.nextBoolean() ? number.length : random.nextInt(3);
      return put(bytes, random.nextInt(bytes.length + 1), replaced, number);
    }
  },
  /** Text that is no UTF-8, or that few expect. */
  TEXT {
    @Override
    byte[] of(byte[] bytes, Random random) {
      byte[] text = TEXTS.get(random.nextInt(TEXTS.size()));
      return put(bytes, random.nextInt(bytes.length + 1), text.length, text);
    }
  },
  ZEROS {
    @Override
    byte[] of(byte[] bytes, Random random) {
      int from = random.nextInt(bytes.length + 1);
      int length = random.nextInt(32);
      return put(bytes, from, length, new byte[length]);
    }
  },
  TWICE {
    @Override
    byte[] of(byte[] bytes, Random random) {
      return put(bytes, bytes.length, 0, bytes);
    }
  },
  NOISE {
    @Override
    byte[] of(byte[] bytes, Random random) {
      return noise(random.nextInt(2 * bytes.length + 1), random);
    }
  },
  /**
   * The bytes in the framing of a schema registry, of gzip, in front of others; or no such bytes.
   */
  FOREIGN {
    @Override
    byte[] of(byte[] bytes, Random random) {
      return switch (random.nextInt(5)) {
        case 0 -> put(bytes, 0, random.nextInt(11), new byte[] {0, 0, 0, 0, 17});
        case 1 -> gzip(bytes);
        case 2 -> new byte[random.nextInt(3)];
        default -> FOREIGNERS.get(random.nextInt(FOREIGNERS.size()));
      };
    }
  };

  private static final Mutation[] ALL = values();

  private static final List<byte[]> NUMBERS =
      List.of(
          ints(Integer.MAX_VALUE),
          ints(Integer.MIN_VALUE),
          ints(-1),
          ints(0x00FF_FFFF),
          ints(1 << 22),
          ints(0x7FFF_FFF7),
          longs(Long.MAX_VALUE),
          longs(Long.MIN_VALUE),
          doubles(Double.NaN),
          doubles(Double.POSITIVE_INFINITY),
          doubles(Double.MAX_VALUE),
          doubles(-1e300),
          doubles(Double.MIN_VALUE),
          // Avro's variable length: the largest int and long, one too long, and a negative block
          new byte[] {-2, -1, -1, -1, 15},
          new byte[] {-2, -1, -1, -1, -1, -1, -1, -1, -1, 1},
          new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1},
          new byte[] {1},
          new byte[] {-1, 127},
          // longer texts and lists in documents
          "99999999".getBytes(StandardCharsets.UTF_8),
          "1e308".getBytes(StandardCharsets.UTF_8));

  private static final List<byte[]> TEXTS =
      List.of(
          new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
          new byte[] {(byte) 0xED, (byte) 0xB0, (byte) 0x80},
          new byte[] {(byte) 0xC0, (byte) 0x80},
          new byte[] {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
          new byte[] {(byte) 0xE6, (byte) 0x97},
          "\uFFFD".getBytes(StandardCharsets.UTF_8),
          "\u0000\u202e😀".getBytes(StandardCharsets.UTF_8),
          "\"}]{[\"".getBytes(StandardCharsets.UTF_8));

  private static final List<byte[]> FOREIGNERS =
      List.of(
          "{\"modelKey\":\"k\",\"eventId\":\"7\"}".getBytes(StandardCharsets.UTF_8),
          "<event id='7'/>".getBytes(StandardCharsets.UTF_8),
          "k,7,0.5,mon,1.5\n".getBytes(StandardCharsets.ISO_8859_1),
          new byte[] {(byte) 0xAC, (byte) 0xED, 0, 5, 's', 'r'},
          new byte[] {'O', 'b', 'j', 1, 4},
          new byte[] {'P', 'K', 3, 4},
          new byte[] {(byte) 0xC3, 1});

  abstract byte[] of(byte[] bytes, Random random);

  /** One or two of them; those that change little are the most frequent. */
  static byte[] any(byte[] bytes, Random random) {
    byte[] changed = one(bytes, random);
    return random.nextInt(4) == 0 ? one(changed, random) : changed;
  }

  private static byte[] one(byte[] bytes, Random random) {
    Mutation mutation = random.nextInt(3) == 0 ? BITS : ALL[random.nextInt(ALL.length)];
    return mutation.of(bytes, random);
  }

  /** The bytes with others in place of some of them. */
  private static byte[] put(byte[] bytes, int from, int replaced, byte[] others) {
    int to = Math.min(bytes.length, from + replaced);
    return ByteBuffer.allocate(bytes.length - (to - from) + others.length)
        .put(bytes, 0, from)
        .put(others)
        .put(bytes, to, bytes.length - to)
        .array();
  }

  private static byte[] noise(int length, Random random) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return noise;
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private static byte[] ints(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
  }

  private static byte[] longs(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  /** In the order of Avro. */
  private static byte[] doubles(double value) {
    return longs(Long.reverseBytes(Double.doubleToRawLongBits(value)));
  }
}
