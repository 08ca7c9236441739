// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.SnapshotText;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureDocument;
import io.driftmoe.router.settings.MixtureSettings;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a model that was a branch: it has settings of its own, and keeps them while
 * those of the job stay what they were.
 *
 * @param job settings of the job's learner at the switch
 * @param spec what the model is made from
 * @param branch its name as a branch
 * @param settings of it as a branch, as {@link BranchFormat} writes them
 * @param byCommand whether a command had begun it
 * @param before the same of the model whose place it took; null where that had the job's settings
 */
record Promoted(
    MixtureConfig job,
    ModelSpec spec,
    String branch,
    String settings,
    boolean byCommand,
    @Nullable Promoted before) {

  /** Without what was before it: there is one former model, not more. */
  Promoted alone() {
    return new Promoted(job, spec, branch, settings, byCommand, null);
  }

  /** Whether it is what a configuration names so. */
  boolean isOf(String name, JobOptions.Branch wanted) {
    return branch.equals(name) && settings.equals(BranchFormat.write(wanted).toString());
  }

  /** The same after the settings of the job have changed. */
  Promoted under(MixtureConfig changed) {
    return new Promoted(changed, spec, branch, settings, byCommand, before);
  }

  void write(DataOutput out) throws IOException {
    SnapshotText.write(out, MixtureDocument.text(job));
    SnapshotText.write(out, MixtureDocument.text(spec.mixtureConfig()));
    SnapshotText.write(out, spec.learner().mixture().json());
    SnapshotText.write(out, branch);
    SnapshotText.write(out, settings);
    out.writeBoolean(byCommand);
    Promoted earlier = before;
    out.writeBoolean(earlier != null);
    if (earlier != null) {
      earlier.alone().write(out);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param ofJob what models of the job are made from, which have its schema
   */
  static Promoted read(ModelSpec ofJob, DataInput in) throws IOException {
    try {
      MixtureConfig job = MixtureDocument.read(SnapshotText.read(in));
      MixtureConfig own = MixtureDocument.read(SnapshotText.read(in));
      ModelSpec named =
          new ModelSpec(
              ofJob.schema(),
              new JobOptions.Learner(new MixtureSettings(SnapshotText.read(in)), own.seed()));
      return new Promoted(
          job,
          named.with(own),
          SnapshotText.read(in),
          SnapshotText.read(in),
          in.readBoolean(),
          in.readBoolean() ? read(ofJob, in) : null);
    } catch (IllegalArgumentException e) {
      throw new IOException("what a branch left that is a model now is damaged", e);
    }
  }
}
