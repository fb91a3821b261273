from kerasapps.decoding.compiled import Decoder as Decoder
from kerasapps.deploy.hypotheses import Hypothesis as Hypothesis
from kerasapps.deploy.hypotheses import Sampling as Sampling
