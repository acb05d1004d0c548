using System.ComponentModel.DataAnnotations.Schema;

namespace Sida.Web.Data.Entities.Review;

/// <summary>Pictures that a group of people reviews together.</summary>
internal sealed class ReviewProject : IProjectRow
{
    public required Guid Id { get; init; }

    [NotMapped]
    public Guid ProjectId => Id;

    public required string Name { get; set; }

    /// <summary>Markdown.</summary>
    public string Guidelines { get; set; } = "";

    /// <summary>Pictures that the guidelines show, by their hash.</summary>
    public List<string> GuidelinePictures { get; set; } = [];

    /// <summary>The reasons that the editor offers.</summary>
    public List<string> Labels { get; set; } = [];

    /// <summary>1: what is submitted counts; 2: a reviewer decides.</summary>
    public required int Stages { get; set; }

    /// <summary>How many people annotate each item.</summary>
    public required int Overlap { get; set; }

    /// <summary>Part of the items handed out whose answer is known.</summary>
    public required double HoneypotShare { get; set; }

    public required int ReservationMinutes { get; set; }

    /// <summary>Changes with every change of the settings: two managers don't overwrite each other.</summary>
    public int Revision { get; set; }

    public required Guid CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was put away: it can be read, but not worked on.</summary>
    public DateTimeOffset? ArchivedAt { get; set; }

    public List<ProjectMember> Members { get; } = [];
}
