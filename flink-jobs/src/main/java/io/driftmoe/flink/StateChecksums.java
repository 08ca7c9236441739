// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;
import org.jspecify.annotations.Nullable;

/**
 * Checksums of the files of a savepoint or checkpoint, in a file beside its folder. Flink's formats
 * have none: a bit that is wrong on a disk would be another weight of a model, or another offset.
 *
 * <p>Beside, because Flink deletes the folder of a checkpoint only when nothing else is in it.
 * CRC32C finds what breaks by accident, and costs less than reading the file.
 */
final class StateChecksums {
  static final String SUFFIX = ".checksums";

  private static final JsonMapper JSON = new JsonMapper();
  private static final TypeReference<TreeMap<String, String>> SUMS = new TypeReference<>() {};
  private static final int BUFFER = 1 << 16;

  private StateChecksums() {}

  /**
   * Writes those of a state.
   *
   * @param pointer its folder
   */
  static void write(String pointer) throws IOException {
    Path folder = folder(pointer);
    Map<String, String> sums = new TreeMap<>();
    for (Path file : SavedMetadata.read(pointer).files()) {
      sums.put(name(folder, file), checksum(file));
    }
    FileSystem files = folder.getFileSystem();
    Path unfinished = new Path(folder.getParent(), UUID.randomUUID() + ".unfinished");
    try (OutputStream out = files.create(unfinished, FileSystem.WriteMode.NO_OVERWRITE)) {
      out.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(sums));
    }
    files.rename(unfinished, fileOf(folder)); // whole or not at all, when the process is killed
  }

  static boolean exist(String pointer) throws IOException {
    Path file = fileOf(folder(pointer));
    return file.getFileSystem().exists(file);
  }

  /**
   * Checks a state by its checksums, where it has any.
   *
   * @param pointer its folder
   * @throws DamagedStateException naming the file that is not what was written
   * @throws IOException when it cannot be read
   */
  static void require(String pointer) throws IOException {
    if (!exist(pointer)) {
      return;
    }
    Path folder = folder(pointer);
    for (Map.Entry<String, String> sum : read(folder).entrySet()) {
      Path file =
          sum.getKey().contains("/") ? new Path(sum.getKey()) : new Path(folder, sum.getKey());
      String found;
      try {
        found = checksum(file);
      } catch (FileNotFoundException e) {
        throw new DamagedStateException(
            "its file %s is missing%s".formatted(file.getName(), orOfAnother(folder)), e);
      }
      if (!found.equals(sum.getValue())) {
        throw new DamagedStateException(
            "its file %s is damaged: it holds other bytes than were written%s"
                .formatted(file.getName(), orOfAnother(folder)),
            null);
      }
    }
  }

  private static Map<String, String> read(Path folder) throws IOException {
    Path file = fileOf(folder);
    try (InputStream in = file.getFileSystem().open(file)) {
      Map<String, String> sums = JSON.readValue(in, SUMS);
      if (sums != null && !sums.containsValue(null) && !sums.containsKey("")) {
        return sums;
      }
      throw damaged(file, null);
    } catch (JacksonException e) {
      throw damaged(file, e);
    }
  }

  private static DamagedStateException damaged(Path file, @Nullable Exception cause) {
    return new DamagedStateException(
        "its checksums, %s, are damaged; if the state itself is intact, delete that file"
            .formatted(file.getName()),
        cause);
  }

  /** Where a state was copied over another one, and its checksums were not. */
  private static String orOfAnother(Path folder) {
    return "; if another state was copied here, copy its checksums to %s, or delete that file"
        .formatted(fileOf(folder).getName());
  }

  /** Flink takes the metadata file for its folder, too. */
  private static Path folder(String pointer) {
    Path path = new Path(pointer);
    return path.getName().equals(AbstractFsCheckpointStorageAccess.METADATA_FILE_NAME)
        ? path.getParent()
        : path;
  }

  private static Path fileOf(Path folder) {
    return new Path(folder.getParent(), folder.getName() + SUFFIX);
  }

  /** A savepoint can be moved with its files. */
  private static String name(Path folder, Path file) {
    return folder.toUri().getPath().equals(file.getParent().toUri().getPath())
        ? file.getName()
        : file.toString();
  }

  private static String checksum(Path file) throws IOException {
    CRC32C sum = new CRC32C();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = file.getFileSystem().open(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        sum.update(buffer, 0, read);
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException();
        }
      }
    }
    return Long.toHexString(sum.getValue());
  }
}
