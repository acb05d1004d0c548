using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sida.Web.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class EarlierAnswers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "EarlierAnswers",
                columns: table => new
                {
                    ItemId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Number = table.Column<int>(type: "INTEGER", nullable: false),
                    ProjectId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ReplacedAt = table.Column<DateTime>(type: "TEXT", nullable: false),
                    ModelName = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    ModelHash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    ProbabilityReal = table.Column<float>(type: "REAL", nullable: true),
                    ProbabilityFullSynthetic = table.Column<float>(type: "REAL", nullable: true),
                    ProbabilityTampered = table.Column<float>(type: "REAL", nullable: true),
                    Verdict = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    Iou = table.Column<double>(type: "REAL", nullable: true),
                    Content = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_EarlierAnswers", x => new { x.ItemId, x.Number });
                    table.ForeignKey(
                        name: "FK_EarlierAnswers_ReviewItems_ProjectId_ItemId",
                        columns: x => new { x.ProjectId, x.ItemId },
                        principalTable: "ReviewItems",
                        principalColumns: new[] { "ProjectId", "Id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_EarlierAnswers_ProjectId_ItemId",
                table: "EarlierAnswers",
                columns: new[] { "ProjectId", "ItemId" });

            migrationBuilder.CreateIndex(
                name: "IX_EarlierAnswers_ProjectId_ModelName",
                table: "EarlierAnswers",
                columns: new[] { "ProjectId", "ModelName" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "EarlierAnswers");
        }
    }
}
