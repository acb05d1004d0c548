namespace Sida.Engine.Language.Interop;

/// <summary>One build of llama.cpp on disk.</summary>
/// <param name="Path">The folder; llama.cpp looks for its processor and GPU variants in it.</param>
/// <param name="Suffix">What the build puts between a library's name and its version.</param>
internal sealed record LlamaFolder(string Path, string Suffix)
{
    /// <summary>The llama.cpp release that the structs of this namespace are written for.</summary>
    public const string Version = "v0.5.0";

    public string Llama => Library($"libllama{Suffix}.{Version}.so");

    public string Ggml => Library($"libggml{Suffix}.{Version}.so");

    public string GgmlBase => Library("libggml-base.so");

    /// <summary>
    /// The one place that decides which build is loaded: the CUDA build if it is installed (it runs on a machine without a GPU
    /// too), otherwise the plain one. The choice doesn't depend on what any request asks for, since a process can hold one build only.
    /// </summary>
    /// <param name="programFolder">Where the program's files are.</param>
    /// <exception cref="NativeRuntimeException">Neither is there.</exception>
    public static LlamaFolder Find(string programFolder)
    {
        LlamaFolder[] candidates =
        [
            new(System.IO.Path.Combine(programFolder, "native", "llama-cuda"), ".cuda"),
            new(System.IO.Path.Combine(programFolder, "native", "llama"), ""),
        ];
        return Array.Find(candidates, folder => File.Exists(folder.Llama)) ?? throw new NativeRuntimeException(
            $"llama.cpp {Version} is missing: {candidates[^1].Llama} doesn't exist. Build the project again; its native files come from npm.");
    }

    private string Library(string file) => System.IO.Path.Combine(Path, file);
}
