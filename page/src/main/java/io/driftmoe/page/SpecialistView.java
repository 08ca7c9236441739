// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.driftmoe.schemas.avro.SpecialistRegion;
import java.util.List;

/** The heaviest specialists of one model, as the latest report has them, and where they serve. */
final class SpecialistView {
  static final int MOST = 8;

  private record Served(String expert, String specialist, double weight, String region) {}

  private List<Served> served = List.of();

  void report(List<SpecialistRegion> specialists) {
    served =
        specialists.stream()
            .limit(MOST)
            .map(
                one ->
                    new Served(
                        ShownText.id(one.getExpert()),
                        ShownText.id(one.getSpecialist()),
                        Numbers.share(one.getWeight()),
                        ShownText.reason(one.getRegion())))
            .toList();
  }

  void toJson(ArrayNode json) {
    for (Served one : served) {
      Numbers.put(
          json.addObject()
              .put("expert", one.expert)
              .put("specialist", one.specialist)
              .put("region", one.region),
          "weight",
          one.weight);
    }
  }
}
