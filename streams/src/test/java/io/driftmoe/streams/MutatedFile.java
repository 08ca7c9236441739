// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/**
 * A data file with a few changes: characters that mean something, words, pieces moved, doubled, cut
 * or left out, and damaged archives.
 *
 * @param extension with its dot
 */
record MutatedFile(String extension, byte[] bytes) {
  private static final int MOST_CHANGES = 6;
  private static final int LONG = 5_000_000;

  private static final List<byte[]> CSV =
      List.of(
          csv(",", "\n", StandardCharsets.UTF_8),
          csv(";", "\r\n", StandardCharsets.UTF_8),
          csv("\t", "\r", StandardCharsets.UTF_8),
          csv("|", "\n", StandardCharsets.ISO_8859_1),
          csv(",", "\n", StandardCharsets.UTF_16),
          bytes("sep=;\nx;y\n" + "1,5;a\n2,25;b\n".repeat(12)),
          bytes("# a note\n0,1,2,label\n" + "5,6,7,cat\n1,NA,3,dog\n".repeat(10)),
          bytes("1 2.5 u\n3 4.5 v\n".repeat(12)),
          bytes("id,ID,\"a,b\",y\n" + "1,x,\"12%\",1\n2,z,\"13%\",1.0\n".repeat(10)));
  private static final List<byte[]> ARFF =
      List.of(
          arff("@attribute x numeric\n@attribute 'a b' {red,'b c',\"d\"}", "1.5,red,", "?,'b c',"),
          arff("@attribute x integer [0,9]\n@attribute n {u,v}", "1\tu\t", "2 v "),
          arff("@attribute x real\n@attribute n {u,v}", "{0 2.5, 2 a} %", "{1 v, 2 b},{0.5} %"),
          arff(
              "@attribute s string\n@attribute d date 'yyyy'\n@attribute r relational\n"
                  + "@attribute q real\n@end r",
              "'a\\'b',1999,'1,2',",
              "?,?,?,"),
          bytes(
              "@relation k\n@attribute A real [0.0, 9.0]\n@attribute C {a, b}\n@inputs A\n"
                  + "@outputs C\n@data\n"
                  + "1.0, a\n<null>, b\n".repeat(12)));
  private static final List<String> WORDS =
      List.of(
          "\"",
          "\"\"",
          "'",
          "\n",
          "\r\n",
          "\r",
          ",",
          ";",
          "\t",
          "|",
          " ",
          "#",
          "%",
          "\\",
          "?",
          "{",
          "}",
          "\u0000",
          "\uFEFF",
          "\u00A0",
          "NA",
          "NaN",
          "-",
          "--",
          "inf",
          "1e999",
          "1,234.5",
          "12%",
          "$5",
          "0x1F",
          "@data",
          "@attribute",
          "@end r",
          "{999999999 1}",
          "sep=",
          "true",
          "TRUE",
          "1.0",
          "9".repeat(400),
          "x".repeat(20_000),
          ",".repeat(3_000),
          "\n".repeat(99));

  private static byte[] csv(String separator, String end, Charset charset) {
    StringBuilder text = new StringBuilder("x,colour,note,y\n");
    for (int i = 0; i < 24; i++) {
      text.append(i / 4.0).append(i % 3 == 0 ? ",red," : ",grün,");
      text.append(i % 5 == 0 ? "\"two\nlines\"," : "\"say \"\"no\"\"\",")
          .append(i % 2)
          .append('\n');
    }
    return text.toString().replace(",", separator).replace("\n", end).getBytes(charset);
  }

  private static byte[] arff(String attributes, String one, String other) {
    return bytes(
        "% a note\n@relation 'r'\n"
            + attributes
            + "\n@attribute y {a,b}\n@data\n"
            + (one + "a\n" + other + "b\n").repeat(12));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static MutatedFile random(Random random) throws IOException {
    boolean csv = random.nextInt(5) < 3;
    List<byte[]> kind = csv ? CSV : ARFF;
    byte[] bytes = kind.get(random.nextInt(kind.size()));
    for (int i = random.nextInt(3) == 0 ? random.nextInt(MOST_CHANGES) : 0; i >= 0; i--) {
      bytes = changed(bytes, random);
    }
    if (random.nextInt(500) == 0) {
      bytes = insert(bytes, random.nextInt(bytes.length + 1), repeated(bytes, random));
    }
    boolean zip = random.nextInt(3) == 0;
    if (zip) {
      bytes = zipped(bytes);
      for (int i = random.nextInt(3) / 2; i > 0; i--) {
        bytes = changed(bytes, random);
      }
    }
    boolean named = random.nextInt(20) == 0 ? !zip : zip;
    return new MutatedFile((csv ? ".csv" : ".arff") + (named ? ".gz" : ""), bytes);
  }

  private static byte[] changed(byte[] bytes, Random random) {
    int from = random.nextInt(bytes.length + 1);
    int to = Math.min(bytes.length, from + random.nextInt(random.nextInt(4) == 0 ? 200 : 8));
    byte[] piece = Arrays.copyOfRange(bytes, from, to);
    return switch (random.nextInt(7)) {
      case 0 -> insert(bytes, from, bytes(WORDS.get(random.nextInt(WORDS.size()))));
      case 1 -> insert(remove(bytes, from, to), from, bytes(WORDS.get(random.nextInt(20))));
      case 2 -> remove(bytes, from, to);
      case 3 -> insert(bytes, random.nextInt(bytes.length + 1), piece);
      case 4 ->
          insert(
              bytes, from, new byte[] {(byte) random.nextInt(random.nextInt(4) == 0 ? 256 : 128)});
      case 5 -> random.nextInt(4) == 0 ? Arrays.copyOf(bytes, from) : flipped(bytes, random);
      default -> {
        List<byte[]> others = random.nextBoolean() ? CSV : ARFF;
        byte[] other = others.get(random.nextInt(others.size()));
        int at = random.nextInt(other.length);
        yield insert(bytes, from, Arrays.copyOfRange(other, at, Math.min(other.length, at + 60)));
      }
    };
  }

  private static byte[] flipped(byte[] bytes, Random random) {
    byte[] flipped = bytes.clone();
    if (flipped.length > 0) {
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return flipped;
  }

  private static byte[] repeated(byte[] bytes, Random random) {
    int from = random.nextInt(bytes.length + 1);
    byte[] piece =
        Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + 1 + random.nextInt(9)));
    byte[] repeated = new byte[LONG];
    for (int i = 0; i < repeated.length; i++) {
      repeated[i] = piece.length == 0 ? (byte) 'x' : piece[i % piece.length];
    }
    return repeated;
  }

  private static byte[] insert(byte[] bytes, int at, byte[] piece) {
    byte[] longer = new byte[bytes.length + piece.length];
    System.arraycopy(bytes, 0, longer, 0, at);
    System.arraycopy(piece, 0, longer, at, piece.length);
    System.arraycopy(bytes, at, longer, at + piece.length, bytes.length - at);
    return longer;
  }

  private static byte[] remove(byte[] bytes, int from, int to) {
    byte[] shorter = Arrays.copyOf(bytes, bytes.length - (to - from));
    System.arraycopy(bytes, to, shorter, from, bytes.length - to);
    return shorter;
  }

  private static byte[] zipped(byte[] bytes) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(zipped)) {
      out.write(bytes);
    }
    return zipped.toByteArray();
  }
}
