using Sida.Engine;
using Sida.Engine.Language.Tokenization;

namespace Sida.Web.Tests.Engine.Tokenization;

/// <summary>The rarer rules of sentencepiece, on small vocabularies whose outcome can be followed by hand.</summary>
public class SentencePieceTests
{
    [Fact]
    public void Absent_fields_have_the_defaults_of_the_proto()
    {
        SentencePieceModel model = new SentencePieceFile("▁", "a").Read();
        Assert.Equal(PieceType.Normal, model.Pieces[^1].Type);
        Assert.Equal(new NormalizerSettings(AddDummyPrefix: true, RemoveExtraWhitespaces: false, EscapeWhitespaces: true), model.Normalizer);
        Assert.Equal(" \u2047 ", model.UnknownSurface);
    }

    [Fact]
    public void The_highest_score_is_merged_first_and_the_leftmost_among_equals()
    {
        SentencePieceModel model = new SentencePieceFile("▁", "a", "b", "aa", "ab").Read();
        Assert.Equal(["▁", "aa", "ab"], Pieces(model, "aaab"));
        Assert.Equal(["▁", "aa", "aa", "a"], Pieces(model, "aaaaa"));
    }

    [Fact]
    public void Unused_pieces_are_split_again_into_what_formed_them()
    {
        SentencePieceModel model = new SentencePieceFile("▁", "a", "b", "c", "bc").Add(PieceType.Unused, "ab", "abc").Read();
        Assert.Equal(["▁", "a", "bc"], Pieces(model, "abc"));
        Assert.Equal(["▁", "a", "b"], Pieces(model, "ab"));
    }

    [Fact]
    public void User_defined_pieces_are_matched_first_and_never_merged()
    {
        SentencePieceModel model = new SentencePieceFile("▁", "x", "xy", "▁x").Add(PieceType.UserDefined, "yx", "y").Read();
        Assert.Equal(["▁x", "yx", "y"], Pieces(model, "xyxy"));
    }

    [Fact]
    public void Extra_white_space_is_removed_only_when_the_model_says_so()
    {
        SentencePieceModel keeps = new SentencePieceFile("▁", "a").Read();
        SentencePieceModel removes = new SentencePieceFile("▁", "a") { RemoveExtraWhitespaces = true }.Read();
        Assert.Equal(["▁", "▁", "a", "▁", "▁", "a", "▁"], Pieces(keeps, " a  a "));
        Assert.Equal(["▁", "a", "▁", "a"], Pieces(removes, "  a  a  "));
    }

    [Fact]
    public void Characters_without_a_piece_become_their_bytes_and_lone_surrogates_the_replacement_character()
    {
        SentencePieceModel model = new SentencePieceFile("▁").Read();
        Assert.Equal(["▁", "<0xC3>", "<0xA9>", "<0xF0>", "<0x9F>", "<0x99>", "<0x82>"], Pieces(model, "é🙂"));
        Assert.Equal(["▁", "<0xEF>", "<0xBF>", "<0xBD>"], Pieces(model, "\ud83d"));
    }

    [Fact]
    public void Other_kinds_of_models_are_refused_by_what_is_wrong()
    {
        Refused(new SentencePieceFile("▁") { ModelType = 1 }, "byte-pair");
        Refused(new SentencePieceFile("▁") { ByteFallback = false }, "byte fallback");
        Refused(new SentencePieceFile("▁") { CharacterMap = [1, 2, 3] }, "normalised");
        Refused(new SentencePieceFile("▁").Without("<0x41>"), "<0x41>");
        Refused(new SentencePieceFile("▁").Without("<unk>"), "unknown piece");
        Refused(new SentencePieceFile("▁", "a", "a"), "repeats");
        Refused(new SentencePieceFile("▁", ""), "no text");
        Refused(new SentencePieceFile("▁", new string('x', 1025)), "1025 bytes");
    }

    [Fact]
    public void Damaged_files_are_refused_or_read_but_never_anything_else()
    {
        byte[] whole = File.ReadAllBytes(Path.Combine(TestFixtures.Bundled, "sida-tiny", "tokenizer.model"));
        Random random = new(7);
        int refused = 0;
        for (int round = 0; round < 400; round++)
        {
            byte[] damaged = round % 2 == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
            for (int hit = 0; round % 2 == 1 && hit < 4; hit++)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            try
            {
                SentencePieceReader.Read(damaged, "damaged.model");
            }
            catch (CheckpointException error)
            {
                Assert.StartsWith("damaged.model: ", error.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', error.Message);
                refused++;
            }
        }

        Assert.InRange(refused, 200, 400);
    }

    private static void Refused(SentencePieceFile file, string reason) =>
        Assert.Contains(reason, Assert.Throws<CheckpointException>(file.Read).Message, StringComparison.Ordinal);

    private static string[] Pieces(SentencePieceModel model, string text)
    {
        List<int> ids = [];
        new SentencePieceEncoder(model).Encode(text, ids);
        return [.. ids.Select(id => model.Pieces[id].Text)];
    }
}
