// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams.datasets;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The first bytes of a download, in FILE.part, and what they are the start of, in FILE.part.json.
 * Both outlive the process, so that another can go on; only one process at a time holds them.
 */
final class PartFile implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final Path target;
  private final Path bytes;
  private final Path state;
  private final URI source;
  private final FileChannel channel;
  private @Nullable String validator;

  /**
   * What the bytes are the start of.
   *
   * @param url they came from
   * @param validator by which the server names the version: a strong ETag or else the time of its
   *     last change; null where it sends neither, and then the bytes are of no use later
   */
  record State(String url, @Nullable String validator) {}

  private PartFile(Path target, URI source, FileChannel channel) {
    this.target = target;
    this.bytes = bytes(target);
    this.state = target.resolveSibling(target.getFileName() + ".part.json");
    this.source = source;
    this.channel = channel;
  }

  /**
   * Opens what an earlier download left, or an empty one.
   *
   * @param target that the bytes will become
   * @throws IOException when the files cannot be written, or another process writes them
   */
  static PartFile open(Path target, URI source) throws IOException {
    FileChannel channel =
        FileChannel.open(bytes(target), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (!locked(channel)) {
        throw new PermanentFailure(bytes(target) + ": another download is writing it");
      }
      PartFile part = new PartFile(target, source, channel);
      part.validator = part.savedValidator();
      channel.position(channel.size());
      if (part.validator == null) {
        part.restart(null);
      }
      return part;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static Path bytes(Path target) {
    return target.resolveSibling(target.getFileName() + ".part");
  }

  /** Null where the state is absent, broken, or that of another address. */
  private @Nullable String savedValidator() {
    try {
      State saved = JSON.readValue(Files.readString(state), State.class);
      return source.toString().equals(saved.url()) ? saved.validator() : null;
    } catch (IOException e) {
      return null; // the cost is a download from the start
    }
  }

  Path path() {
    return bytes;
  }

  long size() throws IOException {
    return channel.size();
  }

  /** The version of the file that the bytes are of; empty when there is nothing to go on with. */
  Optional<String> validator() throws IOException {
    return size() == 0 ? Optional.empty() : Optional.ofNullable(validator);
  }

  /** Throws the bytes away; those to come are of this version, which may be null. */
  void restart(@Nullable String version) throws IOException {
    channel.truncate(0);
    validator = version;
    Files.writeString(state, JSON.writeValueAsString(new State(source.toString(), version)));
  }

  void append(ByteBuffer piece) throws IOException {
    while (piece.hasRemaining()) {
      channel.write(piece);
    }
  }

  /** Gives the bytes their final name, all at once, in place of whatever has it. */
  void complete() throws IOException {
    channel.force(true);
    channel.close();
    Files.move(bytes, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Files.deleteIfExists(state);
  }

  /** Removes both files. */
  void discard() throws IOException {
    channel.close();
    Files.deleteIfExists(bytes);
    Files.deleteIfExists(state);
  }

  /** Leaves what can be gone on with, removes what cannot. */
  @Override
  public void close() throws IOException {
    if (!channel.isOpen()) {
      return;
    }
    if (validator().isPresent()) {
      channel.close();
    } else {
      discard();
    }
  }
}
