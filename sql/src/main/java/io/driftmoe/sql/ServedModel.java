// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import io.driftmoe.router.models.ModelFile;
import io.driftmoe.router.models.SavedModel;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest model of a path. A file that cannot be read, or does not fit the statement, is named
 * in the log once, and the model before it stays.
 *
 * <p>{@link #refresh} may be called by another thread than {@link #latest}. What it gives is new
 * each time, and belongs to whoever takes it: a mixture is for one thread.
 */
final class ServedModel {
  private static final Logger LOG = LoggerFactory.getLogger(ServedModel.class);

  /** Refuses a model that does not fit. */
  interface Check {
    /**
     * Looks at a model.
     *
     * @throws IllegalArgumentException when it does not fit, saying why
     */
    void accept(SavedModel model);
  }

  private final ModelPath path;
  private final @Nullable String modelKey;
  private final Check check;

  /** Those that are no use; by their name, time and length, so that a new file is looked at. */
  private final Set<ModelPath.Version> refused = new HashSet<>();

  private ModelPath.@Nullable Version version;
  private volatile @Nullable SavedModel latest;

  /**
   * @param modelKey of which models are served; null for those of any
   */
  ServedModel(ModelPath path, @Nullable String modelKey, Check check) {
    this.path = path;
    this.modelKey = modelKey;
    this.check = check;
  }

  /** The newest model so far; null before the first. */
  @Nullable SavedModel latest() {
    return latest;
  }

  /**
   * Looks for a newer model, and reads it.
   *
   * @throws IOException when the path cannot be looked at
   */
  synchronized void refresh() throws IOException {
    List<ModelPath.Version> candidates = candidates();
    refused.retainAll(candidates);
    for (ModelPath.Version candidate : candidates) {
      if (candidate.equals(version)) {
        return;
      }
      if (!refused.contains(candidate)) {
        SavedModel model = read(candidate);
        if (model != null) {
          version = candidate;
          latest = model;
          LOG.info("serves {}, written at {}", candidate.file(), candidate.modified());
          return;
        }
        refused.add(candidate);
      }
    }
  }

  /** The file that a job publishes of the model key, where it is there; else all, newest first. */
  private List<ModelPath.Version> candidates() throws IOException {
    List<ModelPath.Version> all = path.versions();
    if (modelKey == null) {
      return all;
    }
    String published = ModelFile.nameOf(modelKey);
    return all.stream()
        .filter(version -> new Path(version.file()).getName().equals(published))
        .findFirst()
        .map(List::of)
        .orElse(all);
  }

  /** The model in a file; null where it is no use, which is logged. */
  private @Nullable SavedModel read(ModelPath.Version candidate) {
    Path file = new Path(candidate.file());
    try (InputStream in = file.getFileSystem().open(file)) {
      SavedModel model = ModelFile.read(in);
      if (modelKey != null && !modelKey.equals(model.modelKey())) {
        return null;
      }
      check.accept(model);
      return model;
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("does not serve {}: {}", candidate.file(), e.getMessage());
      return null;
    }
  }
}
