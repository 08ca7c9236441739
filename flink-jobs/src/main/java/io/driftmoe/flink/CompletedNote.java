// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes an empty file once the job has completed a checkpoint. Flink deletes the checkpoints of a
 * job that is stopped with a savepoint; without this file such a run looks like one that never got
 * so far, and would be begun again.
 */
final class CompletedNote {
  /** Where the file is, a URI; none for a job without a state folder. */
  static final ConfigOption<String> FILE =
      ConfigOptions.key("driftmoe.completed-file").stringType().noDefaultValue();

  private static final Logger LOG = LoggerFactory.getLogger(CompletedNote.class);

  private final @Nullable String file;
  private boolean made;

  CompletedNote(ReadableConfig job) {
    this.file = job.get(FILE);
  }

  void checkpointCompleted() {
    if (file == null || made) {
      return;
    }
    made = true;
    Path path = new Path(file);
    try {
      FileSystem files = path.getFileSystem();
      if (!files.exists(path)) {
        files.create(path, FileSystem.WriteMode.OVERWRITE).close();
      }
    } catch (IOException e) {
      LOG.warn("{} cannot be written", file, e);
    }
  }
}
