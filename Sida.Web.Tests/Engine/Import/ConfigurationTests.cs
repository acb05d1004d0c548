using Sida.Engine;
using Sida.Engine.Import.Checkpoints;
using Sida.Engine.Import.Checkpoints.Configuration;
using Sida.Engine.Language.Sampling;

namespace Sida.Web.Tests.Engine.Import;

public sealed class ConfigurationTests
{
    private const string Llama = "\"hidden_size\":64,\"intermediate_size\":176,\"num_hidden_layers\":3,\"num_attention_heads\":4,\"vocab_size\":1005";

    [Fact]
    public void The_published_sida_config_is_read()
    {
        var folder = new CheckpointFolder(TestFixtures.Find("sida-tiny"));
        Assert.Equal(
            new SidaConfig
            {
                HiddenSize = 64,
                IntermediateSize = 176,
                LayerCount = 3,
                HeadCount = 4,
                KeyValueHeadCount = 4,
                VocabularySize = 1005,
                MaxPositions = 2048,
                RmsNormEpsilon = 1e-6,
                TiedEmbeddings = false,
                PromptEmbeddingSize = 256,
                VisionSelectLayer = -2,
                VisionTower = "openai/clip-vit-large-patch14",
                NameOrPath = "tiny",
            },
            SidaConfig.Read(folder));
        GenerationSettings generation = GenerationSettings.Read(folder);
        Assert.False(generation.Sample);
        Assert.Null(generation.StopTokenIds);
        Assert.Empty(generation.Unsupported);
    }

    [Fact]
    public void The_published_clip_config_is_read()
    {
        var folder = new CheckpointFolder(TestFixtures.Find("clip-tiny"));
        Assert.Equal(
            new ClipVisionConfig
            {
                HiddenSize = 32,
                IntermediateSize = 128,
                LayerCount = 3,
                HeadCount = 4,
                ImageSize = 224,
                PatchSize = 14,
                Activation = "quick_gelu",
                LayerNormEpsilon = 1e-5,
            },
            ClipVisionConfig.Read(folder));
        ClipPreprocessing preprocessing = ClipPreprocessing.Read(folder);
        Assert.Equal(224, preprocessing.ShortestEdge);
        Assert.Equal((224, 224), preprocessing.Crop);
        Assert.Equal(1 / 255d, preprocessing.RescaleFactor);
        Assert.Equal([0.48145466, 0.4578275, 0.40821073], preprocessing.Mean);
        Assert.Equal([0.26862954, 0.26130258, 0.27577711], preprocessing.StandardDeviation);
    }

    [Fact]
    public void A_plain_vision_config_and_newer_preprocessing_are_read()
    {
        using var folder = new TemporaryFolder();
        folder.Write("config.json", "{\"model_type\":\"clip_vision_model\",\"hidden_size\":64,\"num_attention_heads\":4,\"image_size\":336,\"patch_size\":14,\"hidden_act\":\"gelu\"}");
        folder.Write("preprocessor_config.json",
            "\uFEFF{\"size\":{\"shortest_edge\":336},\"crop_size\":{\"height\":336,\"width\":320},\"do_rescale\":true,\"rescale_factor\":0.5,\"do_normalize\":false,\"do_convert_rgb\":true}");
        var place = new CheckpointFolder(folder.Path);
        ClipVisionConfig config = ClipVisionConfig.Read(place);
        Assert.Equal((64, 3072, 12, 336, "gelu"), (config.HiddenSize, config.IntermediateSize, config.LayerCount, config.ImageSize, config.Activation));
        ClipPreprocessing preprocessing = ClipPreprocessing.Read(place);
        Assert.Equal((336, (336, 320), 0.5), (preprocessing.ShortestEdge!.Value, preprocessing.Crop!.Value, preprocessing.RescaleFactor));
        Assert.Equal([0d, 0, 0], preprocessing.Mean);
        Assert.Equal([1d, 1, 1], preprocessing.StandardDeviation);
    }

    [Theory]
    [InlineData("{\"num_key_value_heads\":3," + Llama + "}", "num_key_value_heads")]
    [InlineData("{\"num_key_value_heads\":8," + Llama + "}", "num_key_value_heads")]
    [InlineData("{\"hidden_act\":\"gelu\"," + Llama + "}", "hidden_act must be one of silu, but it is '\"gelu\"'")]
    [InlineData("{\"rms_norm_eps\":0," + Llama + "}", "rms_norm_eps")]
    [InlineData("{\"rms_norm_eps\":\"1e-6\"," + Llama + "}", "rms_norm_eps")]
    [InlineData("{\"rope_scaling\":{\"type\":\"yarn\",\"factor\":2}," + Llama + "}", "rope_scaling.type must be one of linear, dynamic")]
    [InlineData("{\"rope_scaling\":{\"type\":\"linear\",\"factor\":1}," + Llama + "}", "rope_scaling.factor")]
    [InlineData("{\"rope_scaling\":2," + Llama + "}", "rope_scaling must be an object")]
    [InlineData("{\"tie_word_embeddings\":1," + Llama + "}", "tie_word_embeddings must be true or false")]
    [InlineData("{\"mm_vision_select_feature\":\"cls_patch\"," + Llama + "}", "mm_vision_select_feature")]
    [InlineData("{\"vision_tower\":[]," + Llama + "}", "vision_tower must be a short text")]
    [InlineData("{\"intermediate_size\":1,\"num_hidden_layers\":1,\"num_attention_heads\":3,\"vocab_size\":9,\"hidden_size\":64}", "num_attention_heads must be a divisor")]
    [InlineData("{\"intermediate_size\":1,\"num_hidden_layers\":1,\"num_attention_heads\":64,\"vocab_size\":9,\"hidden_size\":64}", "even width")]
    [InlineData("{\"intermediate_size\":1,\"num_hidden_layers\":1,\"num_attention_heads\":4,\"vocab_size\":9,\"hidden_size\":6.4}", "hidden_size must be a whole number from 2 to 65536, but it is '6.4'")]
    [InlineData("{\"intermediate_size\":1,\"num_hidden_layers\":1,\"num_attention_heads\":4,\"vocab_size\":9,\"hidden_size\":1e99}", "hidden_size")]
    [InlineData("{\"intermediate_size\":1,\"num_hidden_layers\":1,\"num_attention_heads\":4,\"vocab_size\":9}", "hidden_size must be a whole number from 2 to 65536, but it is absent")]
    [InlineData("{\"hidden_size\":64," + Llama + "}", "isn't valid JSON")]
    public void A_wrong_field_is_named(string config, string expected)
    {
        using var folder = new TemporaryFolder();
        folder.Write("config.json", config);
        string message = Assert.Throws<CheckpointException>(() => SidaConfig.Read(new CheckpointFolder(folder.Path))).Message;
        Assert.StartsWith("config.json: ", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Deep_large_and_missing_files_are_refused()
    {
        using var folder = new TemporaryFolder();
        var place = new CheckpointFolder(folder.Path);
        Assert.Contains("is missing", Assert.Throws<CheckpointException>(() => SidaConfig.Read(place)).Message, StringComparison.Ordinal);
        folder.Write("config.json", "{\"a\":" + new string('[', 100) + new string(']', 100) + "}");
        Assert.Contains("isn't valid JSON", Assert.Throws<CheckpointException>(() => SidaConfig.Read(place)).Message, StringComparison.Ordinal);
        folder.Write("config.json", "{" + new string(' ', 1 << 20) + "}");
        Assert.Contains("more than the", Assert.Throws<CheckpointException>(() => SidaConfig.Read(place)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "{\"do_sample\":true,\"temperature\":0.6,\"eos_token_id\":7}", true, 0.6, null)] // no file: config.json rules
    [InlineData("{\"_from_model_config\":true,\"do_sample\":true}", "{\"temperature\":0.6}", false, 0.6, null)]
    [InlineData("{\"_from_model_config\":true}", "{\"do_sample\":true}", true, 1, null)]
    [InlineData("{\"do_sample\":true,\"temperature\":0.9,\"eos_token_id\":2}", "{\"temperature\":0.6}", true, 0.9, new[] { 2 })]
    [InlineData("{\"temperature\":0.9,\"top_p\":0.6,\"eos_token_id\":[2,32003]}", "{}", false, 0.9, new[] { 2, 32003 })]
    [InlineData("{\"_from_model_config\":false}", "{\"do_sample\":true}", false, 1, new int[0])]
    public void The_generation_settings_that_count_are_those_of_the_official_program(
        string? own, string model, bool sample, double temperature, int[]? stops)
    {
        GenerationSettings settings = ReadGeneration(own, model);
        Assert.Equal((sample, temperature), (settings.Sample, settings.Temperature));
        Assert.Equal(stops, settings.StopTokenIds);
        Assert.Empty(settings.Unsupported);
    }

    [Fact]
    public void Top_p_of_nothing_takes_the_first_token_as_the_official_program_does()
    {
        GenerationSettings settings = ReadGeneration("{\"do_sample\":true,\"top_p\":0}", "{}");
        new SamplingSettings { DoSample = settings.Sample, TopP = (float)settings.TopP }.Check();
        Assert.Equal(0, settings.TopP);
    }

    [Fact]
    public void Generation_settings_that_are_not_followed_are_named()
    {
        GenerationSettings settings = ReadGeneration(
            "{\"repetition_penalty\":1.2,\"typical_p\":1.0,\"bad_words_ids\":[[5]],\"suppress_tokens\":null,\"min_length\":0,\"num_beams\":4}", "{}");
        Assert.Equal(["repetition_penalty", "bad_words_ids"], settings.Unsupported);
        Assert.Contains("top_p", Assert.Throws<CheckpointException>(() => ReadGeneration("{\"top_p\":1.5}", "{}")).Message, StringComparison.Ordinal);
        Assert.Contains("eos_token_id", Assert.Throws<CheckpointException>(() => ReadGeneration("{\"eos_token_id\":\"</s>\"}", "{}")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"model_type\":\"siglip\"}", "model_type must be one of clip, clip_vision_model")]
    [InlineData("{\"model_type\":\"clip\"}", "vision_config must be an object, but it is absent")]
    [InlineData("{\"model_type\":\"clip\",\"vision_config\":{\"patch_size\":300}}", "vision_config.patch_size must be no larger than image_size (224)")]
    [InlineData("{\"model_type\":\"clip\",\"vision_config\":{\"num_channels\":4}}", "vision_config.num_channels")]
    [InlineData("{\"model_type\":\"clip\",\"vision_config\":{\"num_attention_heads\":5}}", "vision_config.num_attention_heads")]
    public void A_wrong_clip_field_is_named(string config, string expected)
    {
        using var folder = new TemporaryFolder();
        folder.Write("config.json", config);
        Assert.Contains(expected, Assert.Throws<CheckpointException>(() => ClipVisionConfig.Read(new CheckpointFolder(folder.Path))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"resample\":2}", "resample")]
    [InlineData("{\"size\":{\"height\":224,\"width\":224}}", "size.shortest_edge")]
    [InlineData("{\"size\":[224,224]}", "size must be")]
    [InlineData("{\"crop_size\":{\"height\":224}}", "crop_size.width")]
    [InlineData("{\"image_std\":[0.2,0.2,0]}", "image_std must be numbers above 0")]
    [InlineData("{\"image_mean\":[0.2,0.2]}", "image_mean must be a list of 3 numbers")]
    [InlineData("{\"do_resize\":\"yes\"}", "do_resize")]
    public void A_wrong_preprocessing_field_is_named(string config, string expected)
    {
        using var folder = new TemporaryFolder();
        folder.Write("preprocessor_config.json", config);
        Assert.Contains(expected, Assert.Throws<CheckpointException>(() => ClipPreprocessing.Read(new CheckpointFolder(folder.Path))).Message, StringComparison.Ordinal);
    }

    private static GenerationSettings ReadGeneration(string? own, string model)
    {
        using var folder = new TemporaryFolder();
        folder.Write("config.json", model);
        if (own is not null)
        {
            folder.Write("generation_config.json", own);
        }

        return GenerationSettings.Read(new CheckpointFolder(folder.Path));
    }
}
