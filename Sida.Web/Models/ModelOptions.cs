using System.ComponentModel.DataAnnotations;

namespace Sida.Web.Models;

/// <summary>Which models are offered and how they are kept in memory.</summary>
internal sealed class ModelOptions
{
    public const string Section = "Sida:Models";

    /// <summary>Folder with package folders; a relative path is looked for in the current folder, then beside the program.</summary>
    [Required(ErrorMessage = "Sida:Models:Folder must name the folder that holds model packages.")]
    public string Folder { get; init; } = "models";

    /// <summary>Folder, beside the program, with the checkpoint of the untrained stand-in that is used where no model is installed; none when empty.</summary>
    public string StandIn { get; init; } = "stand-in";

    /// <summary>Models in memory at the same time; the one that was not used for longest makes room.</summary>
    [Range(1, 64, ErrorMessage = "Sida:Models:MaxLoaded must be between 1 and 64.")]
    public int MaxLoaded { get; init; } = 2;

    /// <summary>Loads the default model at start and asks it once, so that the first user doesn't wait for it.</summary>
    public bool WarmUp { get; init; } = true;
}
