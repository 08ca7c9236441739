// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.driftmoe.flink.ForgetCertificate;
import io.driftmoe.flink.ForgetSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForgetTextTest {
  private static final ForgetCertificate DONE =
      new ForgetCertificate(
          new ForgetSource.OfHeader("source", "gate-3"),
          "/s/savepoint-1",
          null,
          "/s/forgotten",
          20,
          20,
          List.of(new ForgetCertificate.Partition("f", 0, 0, 30)),
          List.of(
              new ForgetCertificate.OfKey(
                  "k",
                  new ForgetCertificate.Records(12, 9, "ab"),
                  new ForgetCertificate.Records(8, 7, "cd"),
                  1,
                  2,
                  "before",
                  "after")));

  @Test
  void peopleReadWhatWasLeftOut() {
    assertThat(ForgetText.of(DONE))
        .containsExactly(
            "reproduced 20 of 20 predictions, then left out 8 events and 7 labels of 1 models",
            "the job goes on from /s/forgotten");
  }

  @Test
  void theCertificateSaysAllOfIt() throws Exception {
    JsonNode json = new ObjectMapper().readTree(ForgetText.json(DONE, "conf"));

    assertThat(json.get("configurationSha256").asText()).isEqualTo("conf");
    assertThat(json.get("forgotten").toString())
        .isEqualTo("{\"header\":\"source\",\"value\":\"gate-3\"}");
    assertThat(json.get("replayedFrom").asText()).isEqualTo("earliest");
    assertThat(json.get("partitions").get(0).get("end").asLong()).isEqualTo(30);
    JsonNode model = json.get("models").get(0);
    assertThat(model.get("modelKey").asText()).isEqualTo("k");
    assertThat(model.get("leftOut").get("labels").asLong()).isEqualTo(7);
    assertThat(model.get("replayed").get("idsSha256").asText()).isEqualTo("ab");
    assertThat(model.get("waitedLeftOut").asInt()).isEqualTo(1);
    assertThat(model.get("givenUp").asInt()).isEqualTo(2);
    assertThat(model.get("modelSha256After").asText()).isEqualTo("after");
  }
}
