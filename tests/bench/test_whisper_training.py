"""The demonstration recogniser's training, in its parts and, very small, as a whole."""

from __future__ import annotations

import itertools
import random
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from bench.models.whisper import checkpoint
from bench.models.whisper.batches import BatchMaker
from bench.models.whisper.grammar import SCRIPTS, is_held_out, lexicon, sentence, trained_sentences, unknown_sentences
from bench.models.whisper.losses import losses
from bench.models.whisper.measure import compare
from bench.models.whisper.network import Recogniser, Size
from bench.models.whisper.sequences import previous_tokens, write
from bench.models.whisper.training import train
from bench.models.whisper.utterances import Pool, make_pool
from bench.models.whisper.vocabulary import NO_SPEECH, PREVIOUS, START, Vocabulary
from bench.models.whisper.voices import HELD_OUT, ONCE_FAILING, TRAINED, render, say, to_16_khz
from bench.models.whisper.windows import SHORT, WHOLE, Window, WindowMaker
from bench.voices.espeak import SpokenWord, Voice

SMALL = Size(width=32, heads=2, encoder_layers=2, decoder_layers=2)


@pytest.fixture(scope="module")
def pool() -> Pool:
    return make_pool(24, 1, of_each=12)


@pytest.fixture(scope="module")
def vocabulary(pool: Pool) -> Vocabulary:
    return Vocabulary(pool.tokens())


@pytest.fixture(scope="module")
def trained(pool: Pool) -> Recogniser:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return train(pool, steps=10, minutes=30.0, seed=1, seconds=6.0, size=SMALL)
    finally:
        torch.set_num_threads(threads)


def windows(pool: Pool, frames: int, count: int) -> list[Window]:
    maker = WindowMaker(pool, random.Random(3))
    return [maker.make(frames) for _ in range(count)]


def test_a_seed_gives_the_same_sentences_and_another_gives_others() -> None:
    first, again, other = ([sentence(random.Random(seed)) for _ in range(3)] for seed in (1, 1, 2))
    assert first == again != other


def test_sentences_are_many_and_written_as_french_is() -> None:
    chance = random.Random(1)
    texts = [sentence(chance) for _ in range(4000)]
    assert len(lexicon(texts)) > 670  # what the model that is shipped knows
    assert not [text for text in texts if "{" in text or " de le " in text or " à les " in text or " de a" in text]
    assert all(text[0].isupper() or text[0].isdigit() for text in texts)
    assert all(text[-1] in ".?" for text in texts)


def test_what_is_measured_on_is_never_learned() -> None:
    learned = {text for seed in range(20) for text in trained_sentences(random.Random(seed), 30)}
    measured = set(unknown_sentences(random.Random(1), 100))
    assert not learned & measured
    assert not set(TRAINED) & set(HELD_OUT)
    assert set(ONCE_FAILING) <= set(TRAINED)


def test_the_script_of_the_demonstration_is_learned_in_its_order() -> None:
    assert not any(is_held_out(line) for script in SCRIPTS for line in script)
    texts = [trained_sentences(random.Random(seed), 30) for seed in range(12)]
    assert any(said[:3] in [list(script[at : at + 3]) for script in SCRIPTS for at in range(20)] for said in texts)


def test_initials_are_said_as_words_and_written_as_they_are() -> None:
    speech = say("La CNIL demande le rapport, n'est-ce pas ?", Voice("fr"))
    assert [word.text for word in speech.words] == ["La", "CNIL", "demande", "le", "rapport,", "n'est-ce", "pas ?"]


@pytest.mark.parametrize("kbits", [None, 24])
def test_sound_keeps_its_place_through_opus(kbits: int | None) -> None:
    track, [placed] = render(random.Random(1), ["Bonjour à tous."], [Voice("fr")])
    samples = to_16_khz(track, kbits)
    loud = np.flatnonzero(abs(samples.astype(int)) > 0.1 * abs(samples.astype(int)).max()) / 16_000
    assert loud[0] == pytest.approx(placed.start / 50 + placed.speech.words[0].start, abs=0.08)
    assert len(samples) == pytest.approx(len(track) * 16_000 / 22_050, abs=400)


def test_each_token_is_where_its_word_is(pool: Pool) -> None:
    for utterance in pool.recordings[0]:
        assert utterance.mel.shape == (2 * utterance.frames, 80)
        starts = [token.start for token in utterance.tokens]
        assert all(later >= earlier - 1.5 for earlier, later in itertools.pairwise(starts))
        assert starts[0] < 15
        assert utterance.end <= utterance.frames
        assert len(set(utterance.phones.tolist())) > 3


def test_windows_are_as_whisper_normalises_them(pool: Pool) -> None:
    for frames in (SHORT, WHOLE):
        for window in windows(pool, frames, 20):
            assert window.mel.shape == (2 * frames, 80)
            assert np.isfinite(window.mel).all()
            assert window.mel.max() - window.mel.min() <= 3
            assert all(said.start + said.utterance.frames <= frames for said in window.said)


def test_some_windows_have_no_speech_and_ask_for_none(pool: Pool, vocabulary: Vocabulary) -> None:
    silent = [window for window in windows(pool, SHORT, 150) if window.is_speechless]
    assert 5 <= len(silent) <= 40
    assert len({round(float(window.mel.mean()), 1) for window in silent}) > 3  # faint to loud
    tokens = [aim.token for aim in write(random.Random(1), vocabulary, silent[0], 0, 0.0)]
    assert NO_SPEECH in tokens
    assert not [token for token in tokens if Vocabulary.FIRST_WORD <= token < vocabulary.first_time]


def test_a_prompt_is_what_was_said_just_before(pool: Pool, vocabulary: Vocabulary) -> None:
    chance = random.Random(1)
    window = next(window for window in windows(pool, WHOLE, 50) if len(window.before) > 3 and window.said)
    texts = (write(chance, vocabulary, window, 0, 0.9) for _ in range(50))
    prompted = next(text for text in texts if text[0].token == PREVIOUS)
    tokens = [aim.token for aim in prompted]
    prompt = [token for token in tokens[1 : tokens.index(START)] if token < vocabulary.first_time]
    before = previous_tokens(chance, vocabulary, window.before, with_times=False)
    assert prompt == before[-len(prompt) :]
    assert not any(aim.weight for aim in prompted[: tokens.index(START)])


def test_a_batch_asks_for_what_it_gives_and_can_be_made_again(pool: Pool, vocabulary: Vocabulary) -> None:
    first, again = (BatchMaker(pool, vocabulary, seconds=18, seed=5).make(0.1) for _ in range(2))
    assert torch.equal(first.mel, again.mel)
    assert torch.equal(first.given, again.given)
    assert first.mel.shape[1:] in {(80, 600), (80, 1200)}
    frames = first.mel.shape[2] // 2
    assert first.phones.shape == first.heard.shape == (len(first.mel), frames)
    assert len(first.asked) == len(first.wanted) == len(first.weight)
    assert int(first.asked[:, 1].max()) < first.given.shape[1]
    assert int(first.wanted.max()) < vocabulary.unknown
    assert (first.span[:, 1] > first.span[:, 0]).all()


def test_our_forward_is_that_of_the_genuine_model(pool: Pool, vocabulary: Vocabulary) -> None:
    """What is trained is what the library will run: the same logits from the embeddings that are written."""
    torch.manual_seed(1)
    model = Recogniser(vocabulary, pool.phones, SMALL).eval()
    batches = BatchMaker(pool, vocabulary, seconds=30, seed=2)
    batch = next(batch for _ in range(50) if (batch := batches.make(0.99)).mel.shape[2] == 2 * WHOLE)
    with torch.no_grad():
        model.whisper.decoder.token_embedding.weight.data = checkpoint.all_embeddings(model)
        first = vocabulary.first_time_of_whisper
        numbers = torch.tensor([*vocabulary.numbers, *range(first, first + 1501)])
        logits = model.whisper(batch.mel, numbers[batch.given])[..., numbers]
        asked = logits[batch.asked[:, 0], batch.asked[:, 1]]
        output = model(batch)
    assert torch.allclose(asked, output.tokens[:, :-1], atol=1e-3)


def test_training_writes_a_checkpoint_that_whisper_loads_and_decodes(trained: Recogniser, tmp_path: Path) -> None:
    import whisper

    checkpoint.save(trained, tmp_path / "fr-demo.pt")
    with zipfile.ZipFile(tmp_path / "fr-demo.pt") as packed:
        assert {entry.compress_type for entry in packed.infolist()} == {zipfile.ZIP_DEFLATED}
    loaded = whisper.load_model(str(tmp_path / "fr-demo.pt"), device="cpu")
    options = whisper.DecodingOptions(language="fr", fp16=False, sample_len=8)
    result = whisper.decode(loaded, torch.zeros(80, 3000), options)
    assert result.language == "fr"
    assert 0 < len(result.tokens) <= 8
    rows = loaded.decoder.token_embedding.weight
    unlearned = [number for number in range(50_257) if number not in trained.vocabulary.numbers]
    assert (rows[unlearned] == rows[unlearned[0]]).all()
    assert len(rows.unique(dim=0)) == trained.vocabulary.unknown + 1


def test_steps_lower_the_losses(trained: Recogniser, pool: Pool, vocabulary: Vocabulary) -> None:
    batch = BatchMaker(pool, vocabulary, seconds=12, seed=5).make(0.1)
    torch.manual_seed(1)
    fresh = Recogniser(Vocabulary(pool.tokens()), pool.phones, SMALL)
    with torch.no_grad():
        before, after = (losses(model(batch), batch, vocabulary) for model in (fresh, trained))
    assert after["words"] < before["words"]
    assert after["phones"] < before["phones"]


def test_wrong_words_and_late_starts_are_counted() -> None:
    said = [SpokenWord(at, at + 0.3, text) for at, text in enumerate(["L'ordre", "du", "jour", "est", "long."])]
    found = [SpokenWord(0.0, 0.2, " l"), SpokenWord(0.2, 0.4, "'ordre"), SpokenWord(1.1, 1.3, " du")]
    score = compare(said, [*found, SpokenWord(2.2, 2.5, " cour"), SpokenWord(3.0, 3.3, " est")])
    assert (score.said, score.wrong) == (6, 2)
    assert score.start_errors_s == pytest.approx((0.2, 0.1, 0.0))
    assert compare(said, []).wer == 1.0
