using System.CommandLine;
using System.Text.Json;
using Sida.Engine;
using Sida.Engine.Language.Tokenization;
using Sida.Engine.Models;

namespace Sida.Cli.Commands;

/// <summary>`sida tokenize`: the bare official tokenizer; strings on stdin, ids on stdout.</summary>
internal static class TokenizeCommand
{
    /// <summary>More text than any prompt has; keeps a mistaken pipe from filling the memory.</summary>
    private const int MaxInputBytes = 64 << 20;

    public static Command Create()
    {
        Option<string> model = new("--model") { Description = "A model package folder.", HelpName = "package" };
        Option<string> tokenizer = new("--tokenizer") { Description = "A HuggingFace folder with tokenizer.model.", HelpName = "folder" };
        Command command = new("tokenize", "Reads a JSON array of strings from stdin and writes an array of id arrays, as the official tokenizer gives them.") { model, tokenizer };
        command.Validators.Add(result =>
        {
            if ((result.GetResult(model) is null) == (result.GetResult(tokenizer) is null))
            {
                result.AddError("Give either --model or --tokenizer.");
            }
        });
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(model), parsed.GetValue(tokenizer), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string? model, string? folder, CancellationToken cancellation)
    {
        LlamaTokenizer tokenizer = model is null
            ? LlamaTokenizer.FromFolder(folder!)
            : (await ModelPackage.OpenAsync(model, cancellation)).LoadTokenizer();
        string[] texts = await ReadTextsAsync(cancellation);
        using Stream output = Console.OpenStandardOutput();
        await JsonSerializer.SerializeAsync(output, texts.Select(text => tokenizer.Encode(text)), cancellationToken: cancellation);
        output.WriteByte((byte)'\n');
        return ExitCode.Success;
    }

    private static async Task<string[]> ReadTextsAsync(CancellationToken cancellation)
    {
        using Stream input = Console.OpenStandardInput();
        using MemoryStream buffer = new();
        byte[] chunk = new byte[1 << 16];
        int read;
        while ((read = await input.ReadAsync(chunk, cancellation)) > 0)
        {
            if (buffer.Length + read > MaxInputBytes)
            {
                throw new RequestException($"stdin: more than {MaxInputBytes} bytes. Send fewer texts at once.");
            }

            buffer.Write(chunk, 0, read);
        }

        try
        {
            return JsonSerializer.Deserialize<string[]>(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)) is { } texts && !texts.Contains(null)
                ? texts
                : throw new RequestException("stdin: null instead of a string. Send a JSON array of strings.");
        }
        catch (JsonException error)
        {
            throw new RequestException($"stdin: not a JSON array of strings ({error.Message}).", error);
        }
    }
}
