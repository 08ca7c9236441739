// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.schemas.avro.BranchReport;
import java.util.List;

/** The branches of one model, as the latest report has them. */
final class BranchView {
  static final int MOST = 16;

  private record Shown(String name, String dropped, String verdict, BranchReport numbers) {}

  private List<Shown> branches = List.of();

  void report(List<BranchReport> reports) {
    branches =
        reports.stream()
            .limit(MOST)
            .map(
                branch ->
                    new Shown(
                        ShownText.id(branch.getName()),
                        ShownText.reason(branch.getDropped()),
                        ShownText.id(branch.getVerdict()),
                        numbers(branch)))
            .toList();
  }

  /** Without its texts, which may be long. */
  private static BranchReport numbers(BranchReport branch) {
    BranchReport numbers = BranchReport.newBuilder(branch).build();
    numbers.setName("");
    numbers.setDropped("");
    numbers.setVerdict("");
    return numbers;
  }

  void toJson(ArrayNode json) {
    for (Shown one : branches) {
      BranchReport numbers = one.numbers;
      ObjectNode branch =
          json.addObject()
              .put("name", one.name)
              .put("dropped", one.dropped)
              .put("verdict", one.verdict)
              .put("labels", numbers.getLabels())
              .put("compared", numbers.getCompared())
              .put("negativeFlips", numbers.getNegativeFlips())
              .put("positiveFlips", numbers.getPositiveFlips())
              .put("bytes", numbers.getBytes());
      boolean isCompared = numbers.getCompared() > 0;
      Numbers.put(branch, "accuracy", isCompared ? numbers.getAccuracy() : Double.NaN);
      Numbers.put(branch, "modelAccuracy", isCompared ? numbers.getModelAccuracy() : Double.NaN);
      Numbers.put(branch, "logEvidence", isCompared ? numbers.getLogEvidence() : Double.NaN);
      Numbers.put(
          branch, "cpuShare", numbers.getCpuShare() >= 0 ? numbers.getCpuShare() : Double.NaN);
    }
  }
}
