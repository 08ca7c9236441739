#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs what docs/results shows and writes it: a file per section, and README.md, the page that sums
# them up. Takes hours; stopped and started again, it goes on where it was. Full reports, with plots,
# are in out/published. WORKERS=1 runs one cell at a time: slower, and the costs are those of an idle
# machine.
#   benchmarks/publish.sh               all sections and the page
#   benchmarks/publish.sh nine drift    those sections and the page
#   benchmarks/publish.sh --pages       runs nothing: the page from the section files that are there
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

out=out/published
pages=docs/results
workers=${WORKERS:-$(nproc)}
nine=led_a,led_g,sea_a,sea_g,rbf_m,rbf_f,rbf_m5,rbf_f5,elec
generators=led_a,led_g,sea_a,sea_g,rbf_m,rbf_f,rbf_m5,rbf_f5,agrawal_a,agrawal_g,hyperplane,random_tree,random_tree_a,recurring,regime_s4s,regime_s8s,regime_s4o,regime_s8o,regime_mc4,regime_h4,regime_imb,regime_loc,regime_rec
sizes=size_d10,size_d100,size_d1000,size_d10000,size_k2,size_k10,size_k100,size_k1000
ours=adaptive,adaptive-no-knn,flat-forest,paper-data,paper-task
peers=NaiveBayes,HoeffdingTree,EFDT,HoeffdingAdaptiveTree,ARF-10,SRP-10,LeveragingBag-10,OzaBag,OzaBoost,OzaBagAdwin,OnlineSmoothBoost,OAUE,DWM,BOLE,BLAST,RCD,kNN,SAMkNN,kNNwithPAWandADWIN,no-change,majority
only="$*"
sections=()
[[ $only == --pages ]] || mkdir -p "$out"

# Whether one of these sections is to be run.
wanted() {
  local name
  for name; do
    [[ -z $only || " $only " == *" $name "* ]] && return
  done
  return 1
}

# Writes a section's file. The lines of a report after its title go in as they are.
section() { # name, title, question, what summary.awk shows, file
  mkdir -p "$pages"
  {
    printf '# %s\n\n%s\n\n<!-- summary: %s -->\n\n' "$2" "$3" "$4"
    tail -n +3 "$5"
  } > "$pages/$1.md"
}

compare() { # name, title, question, what summary.awk shows, options of bench
  local name=$1 title=$2 question=$3 summary=$4
  shift 4
  sections+=("$name")
  if wanted "$name"; then
    ./driftmoe bench "$@" --workers "$workers" --out "$out/$name" > /dev/null
    section "$name" "$title" "$question" "$summary" "$out/$name/report.md"
  fi
}

# The settings of a section's variants, from standard input.
settings() { # name
  if wanted "$1"; then cat > "$out/$1.yaml"; else cat > /dev/null; fi
}

compare nine 'The nine streams, 100,000 events' \
  "How do the presets compare with MOA's learners on the nine streams of the suite?" \
  learners \
  --streams "$nine" --learners "$ours,$peers" --events 100000 --seeds 1,2,3 --keep-failed
# A forest of 100 trees costs more than all others together, hence one seed. Costs compare within a
# run only, hence the others once more.
compare nine-arf-100 'Accuracy and cost beside a forest of 100 trees, one seed' \
  'What does a forest of 100 trees reach, and what does it cost?' \
  learners \
  --streams "$nine" --learners adaptive,adaptive-no-knn,flat-forest,ARF-100,ARF-10,HoeffdingTree --events 100000
workers=1 compare quiet 'The cost of adaptive with nothing else running, JVM start included' \
  'How many events a CPU second does `adaptive` handle when nothing else runs?' \
  learners \
  --streams "$nine" --learners adaptive,adaptive-no-knn,HoeffdingTree --events 100000
# All learners of MOA that stood a chance somewhere, on all streams. One that fails is a row that says
# so. The two slowest take hours by themselves.
field="$nine,agrawal_a,agrawal_g,hyperplane,causal,causal_a,weather,covtype_50,outdoor,powersupply,kddcup99,flights,melbourne_pedestrians,five_cities_pm25,toulouse_bikes,hotel_bookings_narrow,aus_weather,insects_gradual_balanced"
compare field 'The completed field, at most 20,000 events' \
  'Who is best over generators and real streams, and by how much is it behind where it is not first?' \
  Standings \
  --streams "$field" --learners "adaptive,adaptive-unrouted,$peers,ARF-100,LeveragingBag-100" \
  --events 20000 --keep-failed --timeout 120
compare field-slow 'A forest of 100 random patches, at most 20,000 events' \
  'How does `adaptive` compare with SRP-100?' \
  Standings \
  --streams "$field" --learners adaptive,SRP-100 --events 20000 --keep-failed --timeout 120
# SGBT keeps a regression tree a class in each of its rounds. With ten classes (led_a) 6 GB were full after
# 13,200 events, so it is not run where there are nine or more.
compare field-sgbt 'Streaming gradient boosted trees, at most 20,000 events, at most seven classes' \
  'How does `adaptive` compare with SGBT, where that has up to 11 GB and 7 to 20 minutes a stream?' \
  Standings \
  --streams sea_a,sea_g,rbf_m,rbf_f,rbf_m5,rbf_f5,elec,agrawal_a,agrawal_g,hyperplane,causal,causal_a,weather,covtype_50,flights,melbourne_pedestrians,five_cities_pm25,toulouse_bikes,hotel_bookings_narrow,aus_weather,insects_gradual_balanced \
  --learners adaptive,SGBT --events 20000 --keep-failed --timeout 7 --memory 11g
compare tree "Our Hoeffding tree beside MOA's, 1,000,000 events" \
  "Is our Hoeffding tree as accurate as MOA's, and what does it cost?" \
  learners \
  --streams "$nine" --learners flat-HoeffdingTree,HoeffdingTree --events 1000000 --warm-up 200000
compare real 'Real streams, at most 300,000 events' \
  "How do the presets compare with MOA's learners on real streams?" \
  learners \
  --streams weather,covtype_50,outdoor,powersupply,kddcup99,flights \
  --learners "$ours,ARF-100,$peers" --events 300000 --keep-failed
compare generators 'Further generators, 100,000 events' \
  'How do the presets do on streams of other generators?' \
  learners \
  --streams agrawal_a,agrawal_g,hyperplane,random_tree,recurring,regime_s4s,regime_h4,regime_loc,regime_rec \
  --learners "$ours,HoeffdingTree,HoeffdingAdaptiveTree,ARF-10,no-change" --events 100000
# Specialists and sleep: with and without, on seeds that nothing was tuned on. Nobody is told the
# sources of the events but the oracles. What came of it: docs/research/router.md.
nine_regimes=regime_s4s,regime_s8s,regime_s4o,regime_s8o,regime_mc4,regime_h4,regime_imb,regime_loc,regime_rec
without=adaptive,adaptive-unrouted,adaptive-unrouted-awake
compare regimes 'Regimes, 60,000 events' \
  'What do specialists gain where several concepts share one stream, and what do routers that know the sources reach?' \
  learners \
  --streams "$nine_regimes" --learners "$without,ARF-10,oracle-source,oracle-posterior" \
  --events 60000 --seeds 11,12,13,14,15
compare regimes-shared 'Regimes: the same experts, all trained on everything' \
  'What do the same experts reach when all of them learn every event?' \
  learners \
  --streams "$nine_regimes" --learners shared-everything --events 60000 --seeds 11,12,13,14,15
compare regimes-parts 'Regimes: without sleep, without routed specialists, without the library' \
  'What is each part of `adaptive` worth on regimes?' \
  learners \
  --streams "$nine_regimes" --learners adaptive-awake,adaptive-no-S,adaptive-no-T --events 60000 --seeds 11
compare regimes-late 'Regimes, late labels' \
  'Do specialists still gain when labels come late?' \
  delays \
  --streams "$nine_regimes" --learners "$without" --events 60000 --seeds 11 --label-delay 100,1000
compare regimes-more 'Regimes of more classes or concepts, and real streams with sources; at most 100,000 events' \
  'Do specialists gain with more classes, more concepts, and on real streams with sources?' \
  learners \
  --streams regime_k5,regime_inc,regime_skew,regime_rec8,flights,kddcup99 \
  --learners adaptive,adaptive-unrouted-awake,ARF-10,oracle-source --events 100000 --seeds 11
compare nine-without 'The nine streams with and without specialists and sleep' \
  'What do specialists and sleep change on streams that have no regimes?' \
  learners \
  --streams "$nine" --learners "$without" --events 100000 --seeds 1,2,3
compare nine-late 'The nine streams with and without specialists and sleep, late labels' \
  'What do specialists and sleep change on streams that have no regimes when labels come late?' \
  delays \
  --streams "$nine" --learners "$without" --events 100000 --label-delay 100,1000
compare true-times 'Real streams with labels late, and at their true times; at most 20,000 events' \
  'What is lost when each label comes when it became known, beside labels at once and a fixed number of events late?' \
  delays \
  --streams melbourne_pedestrians,toulouse_bikes,hotel_bookings_narrow,aus_weather,flights \
  --learners adaptive,ARF-10,SRP-10,LeveragingBag-10,no-change --events 20000 --label-delay 0,100,1000,true-times
compare real-without 'Real streams with and without specialists and sleep, at most 100,000 events' \
  'What do specialists and sleep change on real streams?' \
  learners \
  --streams weather,covtype_50,outdoor,powersupply,kddcup99,flights --learners "$without" \
  --events 100000 --seeds 1,2,3
workers=1 compare quiet-without 'The cost of adaptive with and without specialists and sleep, nothing else running' \
  'What do specialists and sleep cost when nothing else runs?' \
  learners \
  --streams "$nine" --learners "$without" --events 100000 --seeds 1
compare real-more 'Two long real streams, at most 300,000 events' \
  'What do specialists and sleep change on longer stretches of real streams?' \
  learners \
  --streams kddcup99,flights --learners adaptive,adaptive-unrouted-awake --events 300000 --seeds 1
compare memory-specialists 'Memory with specialists after 1,000,000 events' \
  'How large is a model with specialists, as objects counted / as the heap measured?' \
  'Memory of the model at the end' \
  --streams led_a,rbf_f5,random_tree,regime_s8s,flights --learners adaptive --events 1000000 --seeds 1
compare paper 'The presets against the published figures, 1,000,000 events' \
  'Do the presets `paper-data` and `paper-task` reach the accuracies that the paper reports?' \
  'Published accuracies (arXiv 2507.18464)' \
  --streams led_a,led_g,sea_a,sea_g,rbf_m,rbf_f,elec --learners paper-data,paper-task --events 1000000 --seeds 1,2,3

# Three seeds above are three worlds of centroids. With MOA's default seeds all learners meet one and the same.
world() { # name, speed
  local file=$out/$1.arff
  [[ -f $file ]] || {
    java -cp 'cli/target/lib/*' moa.DoTask "WriteStreamToARFFFile -f $file.part -m 1000000 \
      -s (generators.RandomRBFGeneratorDrift -s $2 -k 50)" > /dev/null 2>&1
    mv "$file.part" "$file"
  }
}
if wanted rbf_m_moa router; then world rbf_m_moa 1.0E-4; fi
if wanted rbf_f_moa; then world rbf_f_moa 1.0E-3; fi
compare rbf_m_moa "Moderately moving radial basis functions of MOA's default seeds, 1,000,000 events" \
  "How accurate are the paper's presets on moderately moving centroids when all runs meet MOA's default ones?" \
  learners \
  --data "$out/rbf_m_moa.arff" --class class --learners paper-data,paper-task --events 1000000 --seeds 1,2,3,4,5,6,7,8,9,10
compare rbf_f_moa "Fast moving radial basis functions of MOA's default seeds, 1,000,000 events" \
  "How accurate are the paper's presets on fast moving centroids when all runs meet MOA's default ones?" \
  learners \
  --data "$out/rbf_f_moa.arff" --class class --learners paper-data,paper-task --events 1000000 --seeds 1,2,3,4,5,6,7,8,9,10
# How much of paper-data's accuracy there hangs on how its router is trained.
settings router <<'END'
top-6: {preset: paper-data, topK: 6}
batch-32: {preset: paper-data, batchSize: 32}
batch-1024: {preset: paper-data, batchSize: 1024}
lr-.0005: {preset: paper-data, learningRate: 0.0005}
lr-.008: {preset: paper-data, learningRate: 0.008}
gate-32: {preset: paper-data, hidden: [32]}
END
compare router 'Moderately moving radial basis functions with other settings of the router, 1,000,000 events' \
  "How much does \`paper-data\`'s accuracy on moderately moving centroids depend on how its router is trained?" \
  learners \
  --data "$out/rbf_m_moa.arff" --class class --variants "$out/router.yaml" --events 1000000 --seeds 1,2

compare memory 'Memory after 1,000,000 events' \
  'How large does a model get on streams of growing size, as objects counted / as the heap measured?' \
  'Memory of the model at the end | size_|largest' \
  --streams "$generators,$sizes" --learners adaptive --events 1000000

# Cost against the number of experts (learners: trees of a forest that all learn, experts of the
# paper of which three learn), of attributes and of classes (streams).
{
  for experts in 6 12 24 48; do
    echo "forest-$experts: {preset: adaptive, pool: [{type: forest, members: $experts}]}"
  done
  for experts in 6 12 24 48; do
    echo "paper-data-$experts: {preset: paper-data, experts: $experts}"
  done
} | settings growth
compare growth 'Cost against size' \
  'How does the cost of an event (µs) grow with attributes (d), classes (k) and experts?' \
  'CPU time per event (µs)' \
  --streams "$sizes" --learners adaptive,paper-task,HoeffdingTree --variants "$out/growth.yaml" \
  --events 20000 --warm-up 5000

# Equally many events at all sizes, one after the other in the JVM of the command.
grow() { # name, title, question, options of bench
  local name=$1 title=$2 question=$3
  shift 3
  sections+=("$name")
  if wanted "$name"; then
    ./driftmoe bench "$@" --out "$out/$name" > /dev/null
    cp "$out/$name/sizes.svg" "$pages/$name.svg"
    sed -i "s/(sizes.svg)/($name.svg)/" "$out/$name/sizes.md"
    section "$name" "$title" "$question" top "$out/$name/sizes.md"
  fi
}

grow sizes 'Attributes and classes, from few to many' \
  'How do time and memory of an event grow with 10 to 10,000 attributes and 2 to 1,000 classes?' \
  --sizes attributes,classes --learners adaptive,ARF-10 --size-events 1000 --size-seconds 20
grow sizes-keys 'Model keys, from one to 10,000' \
  'How do time and memory of an event grow with the number of keys that have a model each?' \
  --sizes young-keys,shared-keys --learners adaptive --size-seconds 20

compare elec 'Electricity, to be set beside what MOA prints' \
  "What do MOA's learners reach on Electricity here?" \
  learners \
  --streams elec --learners HoeffdingTree,HoeffdingAdaptiveTree,OzaBag,LeveragingBag-10,ARF-10,ARF-30,ARF-100,SRP-10,no-change
compare folds 'Cross-validated' \
  'How accurate are learners under prequential cross-validation with ten folds?' \
  learners \
  --streams sea_a,elec --learners paper-data,HoeffdingTree,NaiveBayes --events 50000 --folds 10
compare delays 'Delayed labels' \
  'How much accuracy is lost when labels come late?' \
  delays \
  --streams led_a,sea_a,elec --learners adaptive,paper-data,ARF-10,HoeffdingTree --events 100000 \
  --label-delay 0,100,1000,10000,0-10000
compare drift 'Drift detection' \
  'Which detector finds the planted drifts, how soon, and with how many false alarms?' \
  'Drift detection' \
  --streams led_a,led_g,sea_a,sea_g --learners paper-data,HoeffdingTree --events 100000 --seeds 1,2,3 \
  --detectors ADWIN,DDM,EDDM,HDDM-A,HDDM-W,Page-Hinkley,KSWIN,RDDM,STEPD,CUSUM,EWMA,SEED,SeqDrift2

sections+=(end-to-end)
if wanted end-to-end; then
  ./driftmoe bench --end-to-end --seconds 12 --out "$out/end-to-end" > /dev/null
  section end-to-end 'From Kafka to Kafka' \
    'How many events a second go through Kafka and Flink, beside the learner alone?' \
    top "$out/end-to-end/end-to-end.md"
fi

micro() { # name, title, question, what summary.awk shows, options of bench
  local name=$1 title=$2 question=$3 summary=$4
  shift 4
  sections+=("$name")
  if wanted "$name"; then
    ./driftmoe bench "$@" --out "$out/$name" > "$out/$name.txt"
    printf '\n\n```\n./driftmoe bench %s\n\n%s\n```\n' "$*" "$(< "$out/$name.txt")" > "$out/$name.md"
    section "$name" "$title" "$question" "$summary" "$out/$name.md"
  fi
}

micro micro Microbenchmarks \
  'How long does an event take in each part, predicted and learned?' \
  'top | predictAndLearn' \
  --micro --micro-forks 1 --micro-time 0.5
micro micro-trees 'Microbenchmarks of the trees' \
  "How long does an event take in our Hoeffding tree and in MOA's, predicted and learned?" \
  'top | predictAndLearn' \
  --micro HoeffdingTree --micro-forks 1 --micro-time 0.5

for name in "$@"; do
  if [[ $name != --pages && " ${sections[*]} " != *" $name "* ]]; then
    echo "publish.sh: no section $name; there are: ${sections[*]}" >&2
    exit 2
  fi
done

page=$(mktemp)
trap 'rm -f "$page"' EXIT
{
  cat <<'END'
# Results

The reports of the commands in `benchmarks/publish.sh`; every section shows its own, and the commits it was run at: a
section stays as it is until it is run again. Accuracies, kappas and the like are in per cent. Runs share a machine with
other work: costs compare within a section, not across them. Sections of commits up to `95aa3f6f` show the `adaptive` of
0.1.0: six families, no label memory, no calibration. In sections of commits from before the specialists it is four
generalist families alone; their tables of costs have no column "Specialists asked per event".

Each heading below leads to a section with all its figures. `benchmarks/publish.sh --pages` makes the table under it
from that section. A mean accuracy is the mean of the printed accuracies on the section's streams; its last digit may be
off by one.
END
  for name in "${sections[@]}"; do
    [[ -f $pages/$name.md ]] || continue # has never been run
    awk -f benchmarks/summary.awk "$pages/$name.md"
  done
} > "$page"
cat "$page" > "$pages/README.md"
echo "written: $pages; plots: $out/*/report.html" >&2
