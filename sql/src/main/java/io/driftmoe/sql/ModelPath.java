// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/** Where published models are: a file, or a folder of files, in any file system of Flink. */
final class ModelPath {
  /** Files that are being written. */
  private static final List<String> UNFINISHED = List.of(".tmp", ".part", ".inprogress");

  private final Path path;

  ModelPath(String path) {
    this.path = new Path(path);
  }

  /**
   * A file as it was seen.
   *
   * @param modified when it was written, epoch milliseconds
   * @param length in bytes
   */
  record Version(String file, long modified, long length) {
    private static final Comparator<Version> NEWEST_FIRST =
        Comparator.comparingLong(Version::modified).thenComparing(Version::file).reversed();
  }

  /** The files that may be models, the newest first; none where the path does not exist. */
  List<Version> versions() throws IOException {
    FileSystem files = path.getFileSystem();
    if (!files.exists(path)) {
      return List.of();
    }
    List<Version> versions = new ArrayList<>();
    FileStatus[] found = files.listStatus(path);
    for (FileStatus status : found == null ? new FileStatus[0] : found) {
      String name = status.getPath().getName();
      if (!status.isDir()
          && !name.startsWith(".")
          && UNFINISHED.stream().noneMatch(name::endsWith)) {
        versions.add(
            new Version(
                status.getPath().toString(), status.getModificationTime(), status.getLen()));
      }
    }
    versions.sort(Version.NEWEST_FIRST);
    return versions;
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
