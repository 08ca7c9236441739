// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The TCP addresses on which a process listens, as the kernel of Linux lists them. */
final class ListeningSockets {
  private static final Path PROC = Path.of("/proc");
  private static final String LISTEN = "0A";
  private static final int LOCAL_ADDRESS = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;
  private static final int HEX = 16;

  private ListeningSockets() {}

  /** Those of this process; none where the system has no {@code /proc}. */
  static List<InetSocketAddress> here() throws IOException {
    Path self = PROC.resolve("self");
    if (!Files.isDirectory(self.resolve("fd"))) {
      return List.of();
    }
    Set<String> own = inodes(self.resolve("fd"));
    List<InetSocketAddress> found = new ArrayList<>();
    for (String table : List.of("net/tcp", "net/tcp6")) {
      List<String> lines = Files.readAllLines(self.resolve(table));
      for (String line : lines.subList(1, lines.size())) {
        String[] fields = line.strip().split("\\s+");
        if (fields[STATE].equals(LISTEN) && own.contains(fields[INODE])) {
          found.add(address(fields[LOCAL_ADDRESS]));
        }
      }
    }
    return found;
  }

  private static Set<String> inodes(Path descriptors) throws IOException {
    Set<String> inodes = new HashSet<>();
    try (Stream<Path> all = Files.list(descriptors)) {
      for (Path descriptor : all.toList()) {
        try {
          String target = Files.readSymbolicLink(descriptor).toString();
          if (target.startsWith("socket:[")) {
            inodes.add(target.substring("socket:[".length(), target.length() - 1));
          }
        } catch (NoSuchFileException closed) {
          continue;
        }
      }
    }
    return inodes;
  }

  /** From {@code 0100007F:1F90}: words of 32 bits in the order of the machine, then the port. */
  private static InetSocketAddress address(String text) throws IOException {
    String[] parts = text.split(":");
    ByteBuffer words = ByteBuffer.wrap(HexFormat.of().parseHex(parts[0]));
    ByteBuffer address = ByteBuffer.allocate(words.capacity()).order(ByteOrder.nativeOrder());
    while (words.hasRemaining()) {
      address.putInt(words.getInt());
    }
    return new InetSocketAddress(
        InetAddress.getByAddress(address.array()), Integer.parseInt(parts[1], HEX));
  }
}
